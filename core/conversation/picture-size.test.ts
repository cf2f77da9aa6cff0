import { describe, expect, it } from "@jest/globals";
import { gif, jpeg, png, webp } from "../../tests/support/sample-pictures.ts";
import { pictureSize } from "./picture-size.ts";
import { pictureType } from "./picture-type.ts";

describe("a picture's header", () => {
  it.each([
    ["image/png", png({ width: 640, height: 480 })],
    ["image/jpeg", jpeg({ width: 640, height: 480 })],
    ["image/gif", gif({ width: 640, height: 480 })],
    ["image/webp", webp.lossy({ width: 640, height: 480 })],
    ["image/webp", webp.lossless({ width: 640, height: 480 })],
    ["image/webp", webp.extended({ width: 640, height: 480 })],
  ])("tells the type and size of %s", (type, content) => {
    expect(pictureType(content)).toBe(type);
    expect(pictureSize(content)).toEqual({ width: 640, height: 480 });
  });

  it.each([
    ["SVG", Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ["HTML", Buffer.from("<!doctype html><img src=x>")],
    ["PDF", Buffer.from("%PDF-1.4 this is none")],
    ["TIFF", Buffer.from("49492a0008000000", "hex")],
    ["nothing", Buffer.alloc(0)],
  ])("is none of %s", (_, content) => {
    expect(pictureType(content)).toBeNull();
    expect(pictureSize(content)).toBeNull();
  });

  it.each([
    ["cut off", Buffer.from("89504e470d0a1a0a0000", "hex")],
    ["cut off", Buffer.from("ffd8ffe00010", "hex")],
    ["of no width", png({ width: 0, height: 10 })],
  ])("has no size where it is %s", (_, content) => {
    expect(pictureSize(content)).toBeNull();
  });
});
