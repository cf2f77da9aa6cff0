import type { Pacer } from "./pacer.ts";

const chunkLength = 65_536;

/** A list of unsigned 32-bit numbers outside the JavaScript heap; grows by chunks, so that growing never copies. */
export class Uint32List {
  readonly #full: Uint32Array[] = [];
  #last = new Uint32Array(64);
  #used = 0;

  get length(): number {
    return this.#full.length * chunkLength + this.#used;
  }

  push(value: number): void {
    if (this.#used === this.#last.length) this.#grow();
    this.#last[this.#used] = value;
    this.#used += 1;
  }

  append(values: Uint32Array): void {
    for (let from = 0; from < values.length;) {
      if (this.#used === this.#last.length) this.#grow();
      const part = values.subarray(from, from + this.#last.length - this.#used);
      this.#last.set(part, this.#used);
      this.#used += part.length;
      from += part.length;
    }
  }

  async toArray(pacer: Pacer): Promise<Uint32Array> {
    const all = new Uint32Array(this.length);
    for (const [place, chunk] of this.#full.entries()) {
      all.set(chunk, place * chunkLength);
      await pacer.pause();
    }
    all.set(this.#last.subarray(0, this.#used), this.#full.length * chunkLength);
    return all;
  }

  #grow(): void {
    if (this.#last.length === chunkLength) {
      this.#full.push(this.#last);
      this.#last = new Uint32Array(chunkLength);
      this.#used = 0;
      return;
    }
    const grown = new Uint32Array(Math.min(chunkLength, this.#last.length * 4));
    grown.set(this.#last);
    this.#last = grown;
  }
}
