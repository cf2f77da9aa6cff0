import { describe, expect, it } from "@jest/globals";
import { policyTicket, sampleTicketDraft } from "../../../tests/contract/ticket-system.ts";
import { documentShape } from "../../../tests/jira-platform/document-shape.ts";
import { markdownBlocks } from "./blocks.ts";
import { escapeWiki } from "./escape-wiki.ts";
import { fitTicket, textLimit } from "./fit-ticket.ts";
import { writeDocument } from "./write-document.ts";
import { writeWiki } from "./write-wiki.ts";

const ticket = policyTicket({ connection: "jira", project: "OPS", issue_type: "Task" });
const wikiOf = (markdown: string): string => writeWiki(markdownBlocks(markdown));
const documentOf = (markdown: string): ReturnType<typeof writeDocument> =>
  writeDocument(markdownBlocks(markdown));

const rich = [
  "# Cards",
  "A **bold**, *slanted*, ~~gone~~ and `coded` word, a [link](https://x.example/?a=1&b=[2]).",
  "> quoted\n> # with a heading\n> > and a quote within\n>\n> | a | b |\n> |---|---|\n> | 1 | 2 |",
  "1. one\n   - under\n     ```sh\n     ls {code}\n     ```\n2. two",
  "| a | b \\| c |\n|---|---|\n| **1** | |",
  "---",
  "- [x] done\n- [ ] open",
  "```js\nlet a = {};\n```",
].join("\n\n");

describe("a document", () => {
  it("has headings, formatting, quotes, lists, tables and code, each where it may stand", () => {
    const document = documentOf(rich);
    expect(documentShape.safeParse(document).error).toBeUndefined();
    expect(document.content.map(({ type }) => type)).toEqual([
      "heading",
      "paragraph",
      "blockquote",
      "orderedList",
      "table",
      "rule",
      "bulletList",
      "codeBlock",
    ]);
    expect(document.content[1]?.content?.slice(0, 4)).toEqual([
      { type: "text", text: "A " },
      { type: "text", text: "bold", marks: [{ type: "strong" }] },
      { type: "text", text: ", " },
      { type: "text", text: "slanted", marks: [{ type: "em" }] },
    ]);
    expect(JSON.stringify(document)).toContain('{"href":"https://x.example/?a=1&b=[2]"}');
  });

  it("makes text of what might lead elsewhere or call somebody", () => {
    const document = documentOf("[x](javascript:alert(1)) @admin [~admin] <b>hi</b>\n\n<script>1</script>");
    const text = JSON.stringify(document);
    expect(text).not.toContain('"link"');
    expect(text).not.toContain("mention");
    expect(text).toContain("<b>hi</b>");
    expect(documentShape.safeParse(document).success).toBe(true);
  });

  it("stays sound however deep lists and quotes are nested", () => {
    const deep = Array.from({ length: 30 }, (_, depth) => `${"  ".repeat(depth)}- item`).join("\n");
    const quotes = `${"> ".repeat(40)}deep`;
    expect(documentShape.safeParse(documentOf(`${deep}\n\n${quotes}`)).error).toBeUndefined();
  });
});

describe("wiki markup", () => {
  it("has headings, formatting, quotes, lists, tables and code", () => {
    expect(wikiOf(rich)).toBe(
      [
        "h1. Cards",
        "A {*}bold{*}, {_}slanted{_}, {-}gone{-} and {{coded}} word, a [link|https://x.example/?a=1&b=%5B2%5D].",
        "{quote}\nquoted\n\n{*}with a heading{*}\n\nand a quote within\n\n||a||b||\n|1|2|\n{quote}",
        "# one\n#* under\n{code:sh}\nls {\u200bcode}\n{code}\n# two",
        "||a||b \\| c||\n|{*}1{*}| |",
        "----",
        "* ✓ done\n* ☐ open",
        "{code:js}\nlet a = {};\n{code}",
      ].join("\n\n"),
    );
  });

  it.each([
    ["{code}evil{code}", "\\{code\\}evil\\{code\\}"],
    ["{jira:OPS}", "\\{jira:OPS\\}"],
    ["[~admin]", "\\[\\~admin\\]"],
    ["!https://x.example/a.png!", "\\!https://x.example/a.png\\!"],
    ["|a|", "\\|a\\|"],
    ["*a* _b_ -c- +d+ ^e^ ~f~", "\\*a\\* \\_b\\_ \\-c\\- \\+d\\+ \\^e\\^ \\~f\\~"],
    ["snake_case well-known", "snake_case well-known"],
    ["a\\b", "a&#92;b"],
    ["&lt; & &#123;", "&amp;lt; & &amp;#123;"],
    ["h1. no", "h1&#46; no"],
    ["bq. no", "bq&#46; no"],
    ["# no", "\\# no"],
    ["---- ", "\\-\\-\\-\\- "],
    [":) (x) (about)", "\\:) \\(x) (about)"],
    ["??cite??", "\\?\\?cite\\?\\?"],
  ])("shows %s as it is", (text, expected) => {
    expect(escapeWiki(text)).toBe(expected);
  });
});

describe("a ticket's description", () => {
  const write = (draft: Parameters<typeof fitTicket>[0]): string =>
    fitTicket(draft, writeWiki, (text) => text.length);

  it("tells why, who, the draft, its sources, the conversation with who and when, and the way back", () => {
    expect(write(sampleTicketDraft(ticket))).toBe(
      [
        "Nobody decided on the draft in time.",
        "* {*}Asked by:{*} Ada\n* {*}Department:{*} Facilities\n* {*}Severity:{*} warning",
        "h3. Links",
        "* [Conversation|https://expert.example/chat/1]",
        "h3. Draft of an answer, not approved",
        "Ask at the {_}front desk{_} \\[1\\].",
        "h3. What it rests on",
        "# [Parking|https://expert.example/sources/1]\n“Cards are at the front desk.”",
        "h3. Conversation",
        "{*}Ada{*} · 2026-11-20 08:00 UTC",
        "{quote}\nHow do I get a {*}parking card{*}?\n{quote}",
        "{*}The Expert{*} · 2026-11-20 08:00 UTC",
        "{quote}\nI asked Facilities.\n\n* one\n* two\n{quote}",
      ].join("\n\n"),
    );
  });

  it("speaks Thai, and says what it may not tell", () => {
    const text = write(sampleTicketDraft(ticket, { language: "th", draft: null, withheld: true }));
    expect(text).toContain("h3. บทสนทนา");
    expect(text).toContain("ไม่มีร่างคำตอบ");
    expect(text).toContain("ห้ามนำออกนอก The Expert");
  });

  const line = (text: string) => ({ who: "Ada", at: new Date("2026-11-20T08:00:00Z"), text });

  it("leaves out the oldest lines and says how many", () => {
    const transcript = Array.from({ length: 100 }, (_, at) =>
      line(`line ${String(at)} ${"word ".repeat(80)}`),
    );
    const text = write(sampleTicketDraft(ticket, { transcript }));
    expect(text.length).toBeLessThanOrEqual(textLimit);
    expect(text.length).toBeGreaterThan(textLimit * 0.9);
    const leftOut = Number(/(\d+) earlier messages were left out/.exec(text)?.[1]);
    expect(leftOut).toBeGreaterThan(0);
    expect(leftOut).toBeLessThanOrEqual(50);
    expect(text).toContain(`line ${String(leftOut)} word`);
    expect(text).not.toContain(`line ${String(leftOut - 1)} word`);
    expect(text).toContain("line 99 word");
  });

  it("shortens long texts before most lines are gone, and says so", () => {
    const transcript = Array.from({ length: 10 }, (_, at) =>
      line(`line ${String(at)} ${"word ".repeat(4_000)}`),
    );
    const text = write(sampleTicketDraft(ticket, { transcript, draft: "draft ".repeat(10_000) }));
    expect(text.length).toBeLessThanOrEqual(textLimit);
    expect(text).toContain("Long texts were shortened");
    expect(text).toContain("line 9 word");
    expect(text).toContain("line 5 word");
  });

  it("of a document gives up formatting before words, and lines before all is gone", () => {
    const writeJson = (count: number): string =>
      fitTicket(
        sampleTicketDraft(ticket, {
          transcript: Array.from({ length: count }, (_, at) =>
            line(`line ${String(at)} ${"How do I **do** this? ".repeat(40)}`),
          ),
        }),
        (blocks) => JSON.stringify(writeDocument(blocks)),
        (text) => text.length,
      );
    const some = writeJson(20);
    expect(some.length).toBeLessThanOrEqual(textLimit);
    expect(some).toContain("line 0 How do I do this?");
    const many = writeJson(200);
    expect(many.length).toBeLessThanOrEqual(textLimit);
    expect(many.length).toBeGreaterThan(textLimit * 0.9);
    expect(many).toContain("line 199 How");
    expect(many).toMatch(/\d+ earlier messages were left out/);
    expect(documentShape.safeParse(JSON.parse(many)).success).toBe(true);
  });

  it.each(["document", "wiki"] as const)("is within the limit whatever stands in it: %s", (format) => {
    const odd = "**{[|\\`*_~<&\n- x 😀ก่".repeat(3_000);
    const draft = sampleTicketDraft(ticket, {
      why: odd,
      askedBy: odd,
      department: odd,
      draft: odd,
      transcript: Array.from({ length: 300 }, () => ({ ...line(odd), who: odd })),
      citations: Array.from({ length: 200 }, () => ({
        title: odd,
        quote: odd,
        url: `https://x.example/${"a".repeat(1_900)}`,
      })),
      links: Array.from({ length: 50 }, () => ({
        label: odd,
        url: `https://x.example/${"b".repeat(1_900)}`,
      })),
    });
    const length =
      format === "wiki"
        ? write(draft).length
        : fitTicket(
            draft,
            (blocks) => JSON.stringify(writeDocument(blocks)),
            (text) => text.length,
          ).length;
    expect(length).toBeLessThanOrEqual(textLimit);
    expect(length).toBeGreaterThan(1_000);
  });
});
