// A signature drawn with a finger or a pen, sent as numbers. Without this script the typed name stands for it.
(function () {
  const pad = document.querySelector("[data-pad]");
  if (!pad || typeof SignaturePad === "undefined") return;
  const canvas = pad.querySelector("canvas");
  const field = document.getElementById(pad.dataset.field);
  const none = pad.querySelector("[data-none]");
  pad.hidden = false;
  const drawing = new SignaturePad(canvas, { minWidth: 1, maxWidth: 3, throttle: 8 });

  // As many points on the screen as it shows, and what was drawn stays when the tablet is turned.
  function fit() {
    const kept = drawing.toData();
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    drawing.fromData(kept);
  }

  function write() {
    const strokes = drawing.toData();
    none.hidden = strokes.length > 0;
    if (!strokes.length) {
      field.value = "";
      return;
    }
    const start = strokes[0].points[0].time;
    const short = (number) => Math.round(number * 10) / 10;
    const points = strokes.map((stroke) => stroke.points.map((at) => [short(at.x), short(at.y), Math.max(0, Math.round(at.time - start))]));
    field.value = JSON.stringify({ width: canvas.offsetWidth, height: canvas.offsetHeight, strokes: points });
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  drawing.addEventListener("endStroke", write);
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    drawing.clear();
    write();
  });
  window.addEventListener("resize", fit);
  fit();
})();
