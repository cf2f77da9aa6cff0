import { describe, expect, it } from "@jest/globals";
import { createSightSplitter } from "./split-sight.ts";

/** The text in pieces of every size up to its own, each of which must come to the same. */
function split(text: string): { readonly answer: string; readonly sight: string } {
  const results = [1, 3, 7, text.length].map((size) => {
    const splitter = createSightSplitter();
    let answer = "";
    for (let at = 0; at < text.length; at += size) answer += splitter.push(text.slice(at, at + size));
    answer += splitter.end();
    return JSON.stringify({ answer: answer.trimStart(), sight: splitter.sight });
  });
  expect(new Set(results).size).toBe(1);
  return JSON.parse(results[0] ?? "") as { answer: string; sight: string };
}

describe("what a model says of pictures", () => {
  it.each([
    ["PICTURE: A panel shows E-14.\n\nPress reset. [1]", "Press reset. [1]", "A panel shows E-14."],
    ["**PICTURE:** A panel shows E-14.\nPress reset. [1]", "Press reset. [1]", "A panel shows E-14."],
    ["PICTURE:\nA panel shows E-14.\nPress reset. [1]", "Press reset. [1]", "A panel shows E-14."],
    ["PICTURE: แผงแสดงรหัส E-14\nNO_ANSWER", "NO_ANSWER", "แผงแสดงรหัส E-14"],
    ["PICTURE: A panel that shows E-14", "", "A panel that shows E-14"],
    ["Pictures are filed by date. [1]", "Pictures are filed by date. [1]", ""],
    ["Press reset. [1]", "Press reset. [1]", ""],
    ["PIC", "PIC", ""],
    ["", "", ""],
  ])("is taken off the beginning of %j", (text, answer, sight) => {
    expect(split(text)).toEqual({ answer, sight });
  });

  it("is plain words on one line, without addresses, and not too long", () => {
    expect(
      split("PICTURE: See [here](https://evil.test/x) <b>now</b> `rm` www.evil.test\nYes. [1]").sight,
    ).toBe("See here (… b now /b rm …");
    const { sight, answer } = split(`PICTURE: ${"word ".repeat(200)}\nYes. [1]`);
    expect(sight.length).toBeLessThanOrEqual(300);
    expect(answer).toBe("Yes. [1]");
  });
});
