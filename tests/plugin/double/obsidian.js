"use strict";

const { Events, Component } = require("./events.js");
const { FakeElement } = require("./elements.js");
const files = require("./files.js");
const { Vault, FileSystemAdapter } = require("./vault.js");
const views = require("./views.js");
const { Workspace, WorkspaceLeaf } = require("./workspace.js");
const { App, Plugin, editorInfoField, editorEditorField, editorLivePreviewField } = require("./app.js");
const { Editor } = require("./editor.js");
const widgets = require("./widgets.js");

/** Return the module `obsidian` of one world. */
function moduleOf(world) {
  class Notice {
    constructor(message, duration) {
      this.message = message;
      this.duration = duration;
      this.messageEl = this.noticeEl = this.containerEl = new FakeElement("div");
      world.app.notify(typeof message === "string" ? message : message.textContent);
    }

    setMessage(message) {
      this.message = message;
      return this;
    }

    addButton() {
      return this;
    }

    hide() {}
  }

  const { debounceOf, ...shown } = widgets;
  return {
    ...shown,
    ...files,
    ...views,
    App,
    Component,
    Editor,
    Events,
    FileSystemAdapter,
    Notice,
    Plugin,
    Vault,
    Workspace,
    WorkspaceLeaf,
    editorInfoField,
    editorEditorField,
    editorLivePreviewField,
    editorViewField: editorInfoField,
    Platform: {
      isDesktop: true,
      isDesktopApp: true,
      isMobile: false,
      isMobileApp: false,
      isMacOS: process.platform === "darwin",
      isWin: process.platform === "win32",
      isLinux: process.platform === "linux",
    },
    Keymap: { isModEvent: () => false, isModifier: () => false },
    MarkdownRenderChild: class MarkdownRenderChild extends Component {
      constructor(element) {
        super();
        this.containerEl = element;
      }
    },
    MarkdownRenderer: { render: async (_app, text, element) => void element.setText(text) },
    addIcon: () => {},
    apiVersion: world.apiVersion,
    debounce: debounceOf(world.clock),
    getIcon: () => null,
    getLanguage: () => world.language,
    normalizePath: files.normalizePath,
    requireApiVersion: (wanted) => world.apiVersion.localeCompare(wanted, undefined, { numeric: true }) >= 0,
    setIcon: (element, icon) => element.setAttr("data-icon", icon),
    setTooltip: (element, text) => element.setAttr("aria-label", text),
    displayTooltip: () => {},
    sanitizeHTMLToDom: (html) => new FakeElement("#fragment").setText(html),
    parseLinktext: (text) => ({ path: text.split("#")[0], subpath: text.slice(text.split("#")[0].length) }),
    getLinkpath: (text) => text.split("#")[0],
    stripHeading: (text) => text,
    requestUrl: () => {
      throw new Error("the plugin touches the network");
    },
  };
}

module.exports = { moduleOf };
