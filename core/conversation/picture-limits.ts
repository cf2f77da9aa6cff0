/** What is looked at of one question; the product's own limits. Bytes of each, and of all together; pixels of each. */
export const pictureLimits = {
  pictures: 4,
  bytes: 4 * 1_048_576,
  allBytes: 8 * 1_048_576,
  pixels: 64_000_000,
} as const;
