/** A list of unsigned 32-bit numbers outside the JavaScript heap. */
export class Uint32List {
  #values: Uint32Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#values = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    this.#reserve(1);
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  append(values: Uint32Array): void {
    this.#reserve(values.length);
    this.#values.set(values, this.#length);
    this.#length += values.length;
  }

  toArray(): Uint32Array {
    return this.#values.slice(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#values.length) return;
    const grown = new Uint32Array(Math.max(this.#values.length * 2, this.#length + more));
    grown.set(this.#values.subarray(0, this.#length));
    this.#values = grown;
  }
}
