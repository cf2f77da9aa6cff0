import { describe, expect, it } from "@jest/globals";

import { fromMrkdwn, plainFromMrkdwn } from "./from-mrkdwn.ts";

const names: Readonly<Record<string, string>> = { U123: "Malee", W9: "Somchai" };
const mentions = { botUserIds: ["U0BOT"], nameOf: (id: string): string | null => names[id] ?? null };

describe("fromMrkdwn", () => {
  it.each([
    ["<@U0BOT> Hey", "Hey"],
    ["<@U0BOT>: how do I reset it?", "how do I reset it?"],
    ["<@U0BOT|expert>, help <@U0BOT>", "help"],
    ["hey <@U0BOT> why?", "hey why?"],
    ["<@U0BOT>", ""],
    ["ask <@U123|old> or <@W9>, not <@U555>", "ask @Malee or @Somchai, not @someone"],
    ["<@U555|bob>", "@bob"],
    ["in <#C1|general> and <#C2>", "in #general and #channel"],
    ["<!here> <!channel|channel> <!subteam^S1|@team> <!subteam^S2>", "@here @channel @team @group"],
    ["due <!date^1392734382^{date_num}|2014-02-18>", "due 2014-02-18"],
    ["<!unknown|shown>", "shown"],
  ])("mentions: %j", (text, markdown) => {
    expect(fromMrkdwn(text, mentions)).toBe(markdown);
  });

  it.each([
    ["a &lt;b&gt; &amp;&amp; c &amp;lt;", "a <b> && c &lt;"],
    ["<https://x.y/?a=1&amp;b=2>", "https://x.y/?a=1&b=2"],
    ["<https://x.y|the page>", "[the page](https://x.y)"],
    ["<https://x.y/a(b)|a [b]>", "[a \\[b\\]](https://x.y/a%28b%29)"],
    ["<http://example.com|example.com>", "http://example.com"],
    ["<mailto:me@b.cd|me@b.cd> <tel:+661234|+661234>", "me@b.cd +661234"],
  ])("entities and links: %j", (text, markdown) => {
    expect(fromMrkdwn(text)).toBe(markdown);
  });

  it.each([
    ["*bold* _it_ ~gone~ *_both_*", "**bold** _it_ ~~gone~~ **_both_**"],
    ["*ตัวหนา*ต่อ", "**ตัวหนา**ต่อ"],
    ["*<https://x.y|l>* and *hi <@U123>*", "**[l](https://x.y)** and **hi @Malee**"],
    ["2 * 3 * 4, 2*3*4, a* b*, ~5 to ~6", "2 * 3 * 4, 2*3*4, a* b*, ~5 to ~6"],
    ["`*x* &lt;y&gt; <https://z>` *b*", "`*x* <y> https://z` **b**"],
    ["```a *b* &amp; <https://x|x>\nc```", "```\na *b* & https://x\nc\n```"],
    ["see\n```\nx\n```\nend", "see\n\n```\nx\n```\n\nend"],
    ["&gt; quoted\n• one\n    ◦ two", "> quoted\n- one\n    - two"],
    ["an unclosed ``` fence and ` tick", "an unclosed ``` fence and ` tick"],
    ["a < b <> c", "a < b <> c"],
    ["\ue0000\ue001 stays out", "0 stays out"],
  ])("formatting and code: %j", (text, markdown) => {
    expect(fromMrkdwn(text, mentions)).toBe(markdown);
  });
});

describe("plainFromMrkdwn", () => {
  it.each([
    ["*bold* _it_ ~gone~ `co*de*`", "bold it gone co*de*"],
    ["<https://x.y|[1]> <https://x.y>", "[1] https://x.y"],
    ["> quoted\n&gt; too", "quoted\n too"],
    ["```\na &lt; b\n```", "a < b"],
  ])("%j", (text, plain) => {
    expect(plainFromMrkdwn(text)).toBe(plain);
  });
});
