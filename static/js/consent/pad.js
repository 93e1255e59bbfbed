/** A place to draw a signature: strokes in a field of 1000 by 500, drawn again whenever its size changes. */

const WIDTH = 1000;
const HEIGHT = 500;
/** A finger that moved less than this has not moved. */
const STEP = 5;
const LINE = 8;

/** @typedef {[number, number]} Point */

export class Pad {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {Point[][]} */
    this.strokes = [];
    /** @type {number | null} the finger or pen that draws; others are ignored meanwhile */
    this.pointer = null;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.end());
    new ResizeObserver(() => this.fit()).observe(canvas);
  }

  clear() {
    this.strokes = [];
    this.draw();
  }

  /** @private @param {PointerEvent} event */
  begin(event) {
    if (this.pointer !== null) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push([this.point(event)]);
    this.draw();
  }

  /** @private @param {PointerEvent} event */
  go(event) {
    if (event.pointerId !== this.pointer) return;
    const stroke = this.strokes[this.strokes.length - 1];
    const [x, y] = this.point(event);
    const [lastX, lastY] = stroke[stroke.length - 1];
    if (Math.hypot(x - lastX, y - lastY) < STEP) return;
    stroke.push([x, y]);
    this.draw();
  }

  /** @private */
  end() {
    this.pointer = null;
  }

  /** @private @param {PointerEvent} event @returns {Point} */
  point({ offsetX, offsetY }) {
    const { clientWidth, clientHeight } = this.canvas;
    return [within((offsetX / clientWidth) * WIDTH, WIDTH), within((offsetY / clientHeight) * HEIGHT, HEIGHT)];
  }

  /** @private */
  fit() {
    this.canvas.width = this.canvas.clientWidth * devicePixelRatio;
    this.canvas.height = this.canvas.clientHeight * devicePixelRatio;
    this.draw();
  }

  /** @private */
  draw() {
    const ink = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    const scale = this.canvas.width / WIDTH;
    ink.setTransform(scale, 0, 0, scale, 0, 0);
    ink.clearRect(0, 0, WIDTH, HEIGHT);
    ink.strokeStyle = getComputedStyle(this.canvas).color;
    ink.lineWidth = LINE;
    ink.lineCap = "round";
    ink.lineJoin = "round";
    for (const [first, ...others] of this.strokes) {
      ink.beginPath();
      ink.moveTo(...first);
      for (const point of others.length ? others : [first]) ink.lineTo(...point);
      ink.stroke();
    }
  }
}

/** @param {number} value @param {number} most */
function within(value, most) {
  return Math.round(Math.min(Math.max(value, 0), most));
}
