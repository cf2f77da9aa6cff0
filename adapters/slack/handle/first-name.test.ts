import { expect, it } from "@jest/globals";
import { firstName } from "./first-name.ts";

it.each([
  ["Malee Thongprasit", "Malee"],
  ["  มาลี  ทองประสิทธิ์ ", "มาลี"],
  ["malee", "malee"],
  ["Dr. Anan Wongsuwan", "Dr. Anan Wongsuwan"],
  ["", ""],
])("%j is greeted as %j", (name, greeted) => {
  expect(firstName(name)).toBe(greeted);
});
