/** Under what a character piece stands in the dictionary, so that it is not taken for a word. */
export const gramKey = (gram: string): string => `\u0001${gram}`;

/** The terms of one tenant, numbered as they appear, each with the number of live passages that it stands in. */
export class Dictionary {
  readonly #numbers = new Map<string, number>();
  #terms: string[] = [];
  #passages = new Uint32Array(1024);

  get size(): number {
    return this.#terms.length;
  }

  get terms(): readonly string[] {
    return this.#terms;
  }

  find(term: string): number | undefined {
    return this.#numbers.get(term);
  }

  add(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#terms.length;
    this.#numbers.set(term, number);
    this.#terms.push(term);
    if (number >= this.#passages.length) {
      const grown = new Uint32Array(this.#passages.length * 2);
      grown.set(this.#passages);
      this.#passages = grown;
    }
    return number;
  }

  /** In how many live passages the term stands. */
  passagesWith(number: number): number {
    return this.#passages[number] ?? 0;
  }

  count(number: number, difference: number): void {
    this.#passages[number] = this.passagesWith(number) + difference;
  }
}
