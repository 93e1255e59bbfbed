/**
 * Leaves out of the Socket.IO client what this product never uses, so that a phone on a poor network loads less:
 * binary packets, WebTransport, XHR beside fetch, and servers other than the page's own.
 */

import { dirname } from "node:path";

const REPLACEMENTS = {
  "engine.io-client/build/esm/transports/index.js": `
    import { WS } from "./websocket.js";
    import { Fetch } from "./polling-fetch.js";
    export const transports = { websocket: WS, polling: Fetch };`,

  "engine.io-client/build/esm/transports/polling-xhr.js": `
    export const XHR = Object;
    export { XHR as BaseXHR, XHR as Request };`,

  // Without an address the client takes the page's own.
  "engine.io-client/build/esm/contrib/parseuri.js": `
    export const parse = () => ({});`,

  "engine.io-parser/build/esm/encodePacket.browser.js": `
    import { PACKET_TYPES } from "./commons.js";
    export const encodePacket = ({ type, data }, _, done) => done(PACKET_TYPES[type] + (data || ""));
    export const encodePacketToBinary = encodePacket;`,

  "engine.io-parser/build/esm/decodePacket.browser.js": `
    import { ERROR_PACKET, PACKET_TYPES_REVERSE } from "./commons.js";
    export const decodePacket = (text) => {
      const type = PACKET_TYPES_REVERSE[String(text)[0]];
      return type ? { type, data: text.slice(1) } : ERROR_PACKET;
    };`,

  "socket.io-parser/build/esm/is-binary.js": `
    export const isBinary = () => false;
    export const hasBinary = isBinary;`,

  "socket.io-parser/build/esm/binary.js": `
    export const deconstructPacket = Object;
    export const reconstructPacket = Object;`,
};

export const slim = {
  name: "slim",
  setup(bundler) {
    for (const [path, contents] of Object.entries(REPLACEMENTS)) {
      const filter = new RegExp(`${path.replace(/[.]/g, "\\.").replace(/[/]/g, "[\\\\/]")}$`);
      bundler.onLoad({ filter }, (args) => ({ contents, resolveDir: dirname(args.path) }));
    }
  },
};
