// The board's sound: two tones, over and over, while an alarm waits for somebody. Browsers play nothing before a person has tapped, so
// the page says that it is silent until the button was pressed.

const box = document.querySelector("[data-board-sound]");
const words = box.querySelector("[data-sound-words]");
const on = box.querySelector("[data-sound-on]");
const off = box.querySelector("[data-sound-off]");
const title = document.title;
let context = null;
let over = false;

// Also when the board no longer learns what happens: silence would look like calm.
function wanted() {
  return over || document.querySelector("[data-sounding]") !== null;
}

function tone(hertz, start, length) {
  const source = context.createOscillator();
  const volume = context.createGain();
  source.type = "square";
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0.2, start);
  volume.gain.linearRampToValueAtTime(0, start + length);
  source.connect(volume).connect(context.destination);
  source.start(start);
  source.stop(start + length);
}

function ring() {
  const waits = wanted();
  document.title = waits ? `ALARM · ${title}` : title;
  document.documentElement.dataset.ringing = String(waits && audible());
  if (!waits || !audible()) return;
  tone(880, context.currentTime, 0.35);
  tone(660, context.currentTime + 0.4, 0.35);
}

function audible() {
  return context !== null && context.state === "running";
}

function tell() {
  const sounds = audible();
  words.textContent = sounds ? "Sound is on." : "Sound is off: this screen stays silent in an alarm.";
  box.classList.toggle("board__sound--on", sounds);
  on.hidden = sounds;
  off.hidden = !sounds;
}

on.addEventListener("click", async () => {
  context = context || new AudioContext();
  context.onstatechange = tell;
  await context.resume();
  tone(660, context.currentTime, 0.15); // so that whoever turns it on hears how loud it is
  tell();
  ring();
});
off.addEventListener("click", async () => {
  await context.suspend();
  tell();
});
document.addEventListener("session:out", () => {
  over = true;
  ring();
});
document.addEventListener("look:added", ring);
setInterval(ring, 1500);
tell();
ring();
