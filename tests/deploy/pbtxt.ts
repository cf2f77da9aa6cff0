/** A message in protobuf's text format: each field's values in order. */
export interface PbMessage {
  readonly fields: Readonly<Record<string, readonly (string | PbMessage)[]>>;
}

/** As much of protobuf's text format as configurations of Triton use. Throws SyntaxError where it is none. */
export function parsePbtxt(text: string): PbMessage {
  const tokens = text.replaceAll(/#.*$/gm, "").match(/"[^"]*"|[\w.+-]+|[{}[\]:,]|\S/g) ?? [];
  let at = 0;
  const next = (): string | undefined => tokens[at++];
  const value = (): string | PbMessage => {
    const token = next();
    if (token === "{") return message("}");
    if (token === undefined || !/^("[^"]*"|[\w.+-]+)$/.test(token))
      throw new SyntaxError(`no value at token ${at}: ${String(token)}`);
    return token.replaceAll('"', "");
  };
  const values = (): (string | PbMessage)[] => {
    if (tokens[at] !== "[") return [value()];
    const found: (string | PbMessage)[] = [];
    do {
      at += 1;
      found.push(value());
    } while (tokens[at] === ",");
    if (next() !== "]") throw new SyntaxError(`a list is not closed at token ${at}`);
    return found;
  };
  const message = (end: string | undefined): PbMessage => {
    const fields: Record<string, (string | PbMessage)[]> = {};
    for (let name = next(); name !== end; name = next()) {
      if (name === undefined || !/^\w+$/.test(name))
        throw new SyntaxError(`no field at token ${at}: ${String(name)}`);
      const marked = tokens[at] === ":";
      if (marked) at += 1;
      else if (tokens[at] !== "{" && tokens[at] !== "[") throw new SyntaxError(`${name} has no value`);
      (fields[name] ??= []).push(...values());
    }
    return { fields };
  };
  return message(undefined);
}
