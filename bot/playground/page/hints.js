// Which of the newcomer's steps were taken, and whether the list is still wanted.
//
// Remembered for this tab only: a newcomer tomorrow is a newcomer again.

const KEY = "paperboy-playground-hints";

export class Hints {
  constructor() {
    const known = read();
    this.done = new Set(known.done);
    this.isHidden = known.isHidden;
  }

  tick(name) {
    this.done.add(name);
    this.#keep();
  }

  hide() {
    this.isHidden = true;
    this.#keep();
  }

  #keep() {
    const value = JSON.stringify({ done: [...this.done], isHidden: this.isHidden });
    try {
      sessionStorage.setItem(KEY, value);
    } catch {
      // A browser that keeps nothing still shows the page.
    }
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? { done: [], isHidden: false };
  } catch {
    return { done: [], isHidden: false };
  }
}
