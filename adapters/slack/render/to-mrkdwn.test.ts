import { describe, expect, it } from "@jest/globals";

import { toMrkdwn } from "./to-mrkdwn.ts";

const zero = "\u200b";
/** How a character is written that must show as it is. */
const shown = (characters: string): string => `<!date^00000000^{_}|${characters}>`;
const citationUrl = (n: number): string | null => (n <= 2 ? `https://kb.example/s/${n}?a=1&b=2` : null);

type Row = readonly [markdown: string, mrkdwn: string];
const check = (rows: readonly Row[]): void =>
  it.each(rows)("%j", (markdown, mrkdwn) => {
    expect(toMrkdwn(markdown, citationUrl)).toBe(mrkdwn);
  });

describe("escaping", () => {
  check([
    ["5 > 3 & x < y", "5 &gt; 3 &amp; x &lt; y"],
    ["AT&T, R&amp;D, &lt;b&gt;, &#169; &unknown;", "AT&amp;T, R&amp;D, &lt;b&gt;, © &amp;unknown;"],
    ["`a<b>&c &amp;`", "`a&lt;b&gt;&amp;c &amp;amp;`"],
    ["```\nif (a<b && c>d)\n```", "```\nif (a&lt;b &amp;&amp; c&gt;d)\n```"],
    ["a<!-- c -->b <b>x</b>", "a&lt;!-- c --&gt;b &lt;b&gt;x&lt;/b&gt;"],
    ["<div>\nx\n</div>", "&lt;div&gt;\nx\n&lt;/div&gt;"],
    ["one<br>two", "one\ntwo"],
    ["\\> no quote", "\u00ad&gt; no quote"],
  ]);
});

describe("bold, italic and strike", () => {
  check([
    ["**b** *i* _i_ ~~s~~", "*b* _i_ _i_ ~s~"],
    ["***both*** **a *b* c**", "*_both_* *a _b_ c*"],
    ["**ตัวหนา**ต่อ", `*ตัวหนา*${zero}ต่อ`],
    ["ก่อน**หนา**ต่อ*เอียง*ต่อ", `ก่อน${zero}*หนา*${zero}ต่อ${zero}_เอียง_${zero}ต่อ`],
    ["**(คำ)**ต่อ", `*(คำ)${zero}*${zero}ต่อ`],
    ["ก่อน**“คำ”**ต่อ", `ก่อน${zero}*“คำ”*${zero}ต่อ`],
    ["**คำ:** ต่อ", "*คำ:* ต่อ"],
    ["**`kubectl`**ทำ", `*\`kubectl\`*${zero}ทำ`],
    ["un**believ**able", `un${zero}*believ*${zero}able`],
    ["**a** **b** (**c**), **d**.", "*a* *b* (*c*), *d*."],
    ["**one  \ntwo**", "*one*\n*two*"],
    ["# A **b** `c` [d](https://e.f)", "*A b `c` <https://e.f|d>*"],
    ["Title\n=====", "*Title*"],
    ["עברית **מודגש** 👩‍👩‍👧 **x**", "עברית *מודגש* 👩‍👩‍👧 *x*"],
  ]);
});

describe("characters that would format", () => {
  check([
    ["2 * 3 * 4, 2\\*3\\*4 and snake_case_name", "2 * 3 * 4, 2*3*4 and snake_case_name"],
    ["\\*not bold\\*", `${shown("*")}not bold${shown("*")}`],
    ["note\\* alone, ~5 alone", "note* alone, ~5 alone"],
    ["~/.config and ~/x", `${shown("~")}/.config and ${shown("~")}/x`],
    ["\\_\\_init\\_\\_", `${shown("__")}init${shown("__")}`],
    ["**a \\* b\\***", "*a * b∗*"],
    ["*.log and **b**", `${shown("*")}.log and *b*`],
    ["a \\` b \\` c", `a ${shown("`")} b ${shown("`")} c`],
    ["see :smile: and :+1:, at 10:30:45", `see ${shown(":")}smile: and ${shown(":")}+1:, at 10:30:45`],
    ["`:smile: *x*`", "`:smile: *x*`"],
  ]);
});

describe("mentions in documents", () => {
  const hostile = [
    "<!channel> <!here|here> <!everyone> <!subteam^S1|@team>",
    "<@U1> <@W1|bob> <#C1|general>",
    "@here @channel @everyone, hi",
    "[<!channel>](https://x.y) [@here](https://x.y) ![<@U1>](https://x.y/z.png)",
    "`<!channel>` and ```<@U1>```",
    "```\n<!channel>\n```",
    "| <!here> |\n|---|\n| <@U1> |",
    "> <!channel>\n> - <@U1>",
    "# <!channel>\n\n- <@U1>",
    "<https://x.y|<!channel>>",
    "[x](https://x.y/><!channel>)",
    "[x](<https://x.y/> <!channel>)",
    "&lt;!channel&gt; &#60;@U1&#62;",
    "\\<!channel> \\<@U1>",
    "<!date^1^{date}|<!channel>>",
  ];
  it.each(hostile)("%j mentions nobody", (markdown) => {
    const mrkdwn = toMrkdwn(markdown, citationUrl);
    expect(mrkdwn).not.toMatch(/<[@#]|<!(?!date\^00000000\^\{_\}\|[*_~`:@]+>)/);
    expect(mrkdwn.replaceAll(/```[^]*?```/g, "")).not.toMatch(/(?<![|\w])@(?:here|channel|everyone)/);
  });
});

describe("links", () => {
  check([
    ["[a|b & c](https://x.y/?a=1&b=2|3)", "<https://x.y/?a=1&amp;b=2%7C3|a∣b &amp; c>"],
    ["[*x* and **y**](https://x.y)", "<https://x.y|x and y>"],
    ["[snake_case \\*x\\*](https://x.y)", "<https://x.y|snake_case ∗x∗>"],
    ["<https://a.b> https://c.d/?e=f&g=h.", "<https://a.b> <https://c.d/?e=f&amp;g=h>."],
    ["ดูที่ https://c.d/eต่อ", "ดูที่ <https://c.d/e>ต่อ"],
    ["www.x.org me@b.cd", "<http://www.x.org|www.x.org> <mailto:me@b.cd|me@b.cd>"],
    ["[r](../rel.md) [j](javascript:alert%281%29) [f](file:///etc/passwd)", "r j f"],
    ["[ref][1] and **[b](https://x.y)**\n\n[1]: https://d.e", "<https://d.e|ref> and *<https://x.y|b>*"],
    ["![pic](https://x/y.png) ![](https://x/z.png)", "<https://x/y.png|pic> <https://x/z.png>"],
    ["![chart](data:image/png;base64,AAAA)", "chart"],
  ]);
});

describe("citations", () => {
  const one = "<https://kb.example/s/1?a=1&amp;b=2|[1]>";
  const two = "<https://kb.example/s/2?a=1&amp;b=2|[2]>";
  check([
    ["fact [1] and [2][3].", `fact ${one} and ${two}[3].`],
    ["คำตอบ[1]ต่อ **หนา[2]**", `คำตอบ${one}ต่อ *หนา${two}*`],
    ["- [1] first\n- `[1]` code", `• ${one} first\n• \`[1]\` code`],
    ["[1]\n\n[1]: https://evil.example", one],
    ["see [^1]\n\n[^1]: note", "see [^1]\n\n[^1]: note"],
    ["[label [1]](https://x.y)", "<https://x.y|label [1]>"],
  ]);
});

describe("code", () => {
  check([
    ["`` a`b ``", "`aˋb`"],
    ["`a`ต่อ and x`b`y", `\`a\`${zero}ต่อ and x${zero}\`b\`${zero}y`],
    ["```js\nlet a = `b`;\n```", "```\nlet a = `b`;\n```"],
    ["````\n```\nx\n```\n````", `\`\`\`\n\`${zero}\`${zero}\`\nx\n\`${zero}\`${zero}\`\n\`\`\``],
    ["    indented <x>", "```\nindented &lt;x&gt;\n```"],
  ]);
});

describe("lists, quotes and rules", () => {
  check([
    ["- a\n- b\n  - c\n    - d\n      - e", "• a\n• b\n    ◦ c\n        ▪\ufe0e d\n            ▪\ufe0e e"],
    ["3. three\n4. four\n   1. x\n   2. y", "3. three\n4. four\n    1. x\n    2. y"],
    ["1) a\n2) b", "1. a\n2. b"],
    ["9. a\n10. b\n   - c\n11. d", "9. a\n10. b\n• c\n11. d"],
    ["- a\n\n  more\n\n- b", "• a\n    more\n• b"],
    ["1. run\n   ```sh\n   ls\n   ```\n2. done", "1. run\n```\nls\n```\n2. done"],
    ["- [x] done\n- [ ] open\n\n1. [x] one", "✓ done\n☐ open\n\n1. ✓ one"],
    ["- a  \n  b", "• a\n    b"],
    ["> q **b**\n> - a\n> - c", "> q *b*\n>\n> • a\n> • c"],
    ["> a\n> > b", "> a\n>\n> b"],
    ["> ```\n> a < b\n> ```", "> `a &lt; b`"],
    ["a\n\n---\n\nb", "a\n\n──────────\n\nb"],
    ["line  \nbreak\nsoft", "line\nbreak soft"],
    ["", ""],
  ]);
});

describe("tables", () => {
  it("are monospaced, and marks above letters take no room", () => {
    expect(toMrkdwn("| คำ | จำนวน |\n|---|--:|\n| ที่นี่ [1] | 5 |\n| <b> | 1,000 |")).toBe(
      "```\nคำ      จำนวน\n──────  ─────\nที่นี่ [1]      5\n&lt;b&gt;     1,000\n```",
    );
  });
});
