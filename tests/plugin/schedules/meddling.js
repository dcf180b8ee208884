"use strict";

const { proseSpots, regionSpots } = require("./notes.js");

/** The person at the worst moments: while an edit is on its way, and right after it was made. */
class Meddler {
  constructor(stage) {
    this.stage = stage;
  }

  get chance() {
    return this.stage.chance;
  }

  /** An edit is asked for: perhaps the person types in that very note before, or while, it is made. */
  asked(where) {
    if (this.chance.random() >= this.stage.rules.meddling) return;
    this.#soon(this.chance.uniform(0, 0.012), () => {
      const texts = this.#texts(where);
      if (texts.length > 0) this.#types(this.chance.one(texts), null, "MEDDLE");
    });
  }

  /** An edit was made in an editor: perhaps the person goes on right there, or in another buffer of the note. */
  edited(text, update) {
    if (this.chance.random() >= this.stage.rules.meddling) return;
    const where = text.file.path;
    const ends = [];
    update.changes.iterChangedRanges((_from, _to, from, to) => ends.push(from, to));
    const at = this.chance.one(ends);
    this.#soon(this.chance.uniform(0.001, 1.6), () => {
      const others = this.#texts(where).filter((each) => each !== text);
      if (others.length > 0 && this.chance.random() < 0.7) this.#types(this.chance.one(others), null, "AMBUSH");
      else if (this.#texts(where).includes(text) && text.cm.state.doc.eq(update.state.doc)) this.#types(text, at, "AMBUSH");
    });
  }

  #texts(where) {
    const { workspace } = this.stage.world.app;
    return workspace.texts().filter((text) => text.file?.path === where && text.getMode() === "source");
  }

  #soon(seconds, deed) {
    const { world } = this.stage;
    this.stage.clock.setTimeout(() => {
      if (this.stage.world === world && !world.app.workspace.texts().some((text) => text.cm.isComposing)) deed();
    }, seconds * 1000);
  }

  #types(text, near, why) {
    const { stage } = this;
    if (!stage.mayEdit(text)) return;
    const said = text.editor.getValue();
    const spots = [...proseSpots(said, this.chance), ...regionSpots(said).map(([, at]) => at)];
    if (spots.length === 0) return;
    const at = near === null ? this.chance.one(spots) : spots.reduce((best, each) => (Math.abs(each - near) < Math.abs(best - near) ? each : best));
    if (text.leaf) stage.world.app.workspace.setActiveLeaf(text.leaf);
    else stage.world.app.workspace.focusEmbedded(text);
    stage.typist.say(why);
    stage.typist.edit(text, at, at, ` ${stage.typist.words.next()} `);
  }
}

module.exports = { Meddler };
