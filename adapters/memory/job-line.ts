/** First in, first out, with constant cost at both ends. */
export interface JobLine<T> {
  push(value: T): void;
  shift(): T | undefined;
  readonly length: number;
}

const compactFrom = 1024;

export function createJobLine<T>(): JobLine<T> {
  let values: T[] = [];
  let head = 0;
  return {
    push(value) {
      values.push(value);
    },
    shift() {
      if (head === values.length) return undefined;
      const value = values[head];
      head += 1;
      if (head >= compactFrom && head * 2 >= values.length) {
        values = values.slice(head);
        head = 0;
      }
      return value;
    },
    get length() {
      return values.length - head;
    },
  };
}
