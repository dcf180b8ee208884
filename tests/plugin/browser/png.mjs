// Makes a screenshot small: a picture of an interface has few colours, so 256 of them will do (PNG, third edition).
import zlib from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** Return the chunks of a PNG by name, those of one name joined. */
function chunksOf(png) {
  const found = {};
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const name = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    found[name] = found[name] ? Buffer.concat([found[name], data]) : data;
  }
  return found;
}

/** Return the colours of a PNG of 8 bits a channel, not interlaced, a number for each pixel: 0xRRGGBB. */
function pixelsOf(png) {
  const { IHDR, IDAT } = chunksOf(png);
  const [width, height, depth, type] = [IHDR.readUInt32BE(0), IHDR.readUInt32BE(4), IHDR[8], IHDR[9]];
  if (depth !== 8 || (type !== 2 && type !== 6) || IHDR[12] !== 0) throw new Error("another kind of PNG");
  const size = type === 6 ? 4 : 3;
  const raw = zlib.inflateSync(IDAT);
  const line = width * size;
  let before = new Uint8Array(line);
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (line + 1)];
    const row = Uint8Array.from(raw.subarray(y * (line + 1) + 1, (y + 1) * (line + 1)));
    for (let x = 0; x < line; x += 1) {
      const [left, up, corner] = [x < size ? 0 : row[x - size], before[x], x < size ? 0 : before[x - size]];
      row[x] += [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    }
    for (let x = 0; x < width; x += 1) {
      pixels[y * width + x] = (row[x * size] << 16) | (row[x * size + 1] << 8) | row[x * size + 2];
    }
    before = row;
  }
  return { width, height, pixels };
}

function paeth(left, up, corner) {
  const [one, two, three] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs);
  return one <= two && one <= three ? left : two <= three ? up : corner;
}

const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** Return at most `most` colours for these, each as often as `counts` says: the widest box is cut at its middle. */
function paletteOf(counts, most) {
  const measured = (colours) => {
    const spans = [0, 1, 2].map((at) => {
      const values = colours.map((colour) => channels(colour)[at]);
      return Math.max(...values) - Math.min(...values);
    });
    const widest = spans.indexOf(Math.max(...spans));
    const weight = colours.reduce((sum, colour) => sum + counts.get(colour), 0);
    return { colours, widest, cost: colours.length > 1 ? spans[widest] * Math.sqrt(weight) : 0 };
  };
  const boxes = [measured([...counts.keys()])];
  while (boxes.length < most) {
    const worst = boxes.reduce((one, other) => (other.cost > one.cost ? other : one));
    if (worst.cost === 0) break;
    const sorted = worst.colours.sort((one, other) => channels(one)[worst.widest] - channels(other)[worst.widest]);
    const middle = sorted.length >> 1;
    boxes.splice(boxes.indexOf(worst), 1, measured(sorted.slice(0, middle)), measured(sorted.slice(middle)));
  }
  const places = new Map();
  const palette = boxes.map(({ colours }, place) => {
    for (const colour of colours) places.set(colour, place);
    return colours.reduce((one, other) => (counts.get(other) > counts.get(one) ? other : one));
  });
  return { palette, places };
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc(body), body.length + 4);
  return framed;
}

const TABLE = Array.from({ length: 256 }, (_, number) => {
  for (let turn = 0; turn < 8; turn += 1) number = number & 1 ? (number >>> 1) ^ 0xedb88320 : number >>> 1;
  return number >>> 0;
});

function crc(data) {
  let sum = 0xffffffff;
  for (const byte of data) sum = (TABLE[(sum ^ byte) & 255] ^ (sum >>> 8)) >>> 0;
  return (sum ^ 0xffffffff) >>> 0;
}

/** Return the same picture as a PNG of at most 256 colours. */
export function small(png) {
  const { width, height, pixels } = pixelsOf(png);
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const { palette, places } = paletteOf(counts, 256);
  const raw = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) raw[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x]);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap(channels))),
    chunk("IDAT", zlib.deflateSync(raw, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
