const humps = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;
const lettersOnly = /^[A-Za-z]+$/;
const minimumHumps = 3;
const meanHumpLength = 3;
const measure = /^(\d+)([A-Za-z]{1,3})$/;
const longestIdentifier = 120;

/** An identifier names one thing exactly: it holds a digit beside letters, an underscore, or dots and slashes inside. */
const identifierLike = /[_.:@\\/]|[0-9]/;
const pathSeparator = /[/\\:@]/;
const innerSeparator = /[._+#-]/;

/**
 * The parts of KubePodCrashLooping or maxRetryCount; nothing for GitLab, which is a name and not a composition, nor for
 * random keys such as aGVsbG8gd29ybGQ, whose humps are too short to be words.
 */
export function camelCaseParts(word: string): readonly string[] {
  const parts = word.match(humps) ?? [];
  const composed = parts.length >= minimumHumps && word.length >= parts.length * meanHumpLength;
  return composed && lettersOnly.test(word) ? parts : [];
}

/**
 * What a chunk such as `ORA-01555`, `/etc/nginx/nginx.conf` or `max_retry_count` may be looked for by, in its own
 * case: the whole, its path segments, and its smallest pieces.
 */
export function identifierForms(chunk: string): {
  readonly wholes: readonly string[];
  readonly pieces: readonly string[];
} {
  const segments = chunk.split(pathSeparator).filter((segment) => segment !== "");
  const pieces = segments.flatMap((segment) => segment.split(innerSeparator)).filter((piece) => piece !== "");
  if (pieces.length < 2) return { wholes: [], pieces };
  const wholes = new Set<string>();
  for (const whole of [chunk, ...segments]) {
    const composed = innerSeparator.test(whole) || pathSeparator.test(whole);
    if (composed && identifierLike.test(whole) && whole.length <= longestIdentifier) wholes.add(whole);
  }
  return { wholes: [...wholes], pieces };
}

/** The number and the unit of 10GB, 30min or 1980s. */
export function measureParts(word: string): readonly string[] {
  const [, number, unit] = measure.exec(word) ?? [];
  if (number === undefined || unit === undefined) return [];
  return unit.length === 1 ? [number] : [number, unit];
}
