/** What a person is greeted by: the first word of their name, or all of it where that is a title such as `Dr.`. */
export function firstName(name: string): string {
  const [first = ""] = name.trim().split(/\s+/);
  return first === "" || first.endsWith(".") ? name.trim() : first;
}
