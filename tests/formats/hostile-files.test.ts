import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

import { createTextExtractor } from "../../adapters/extraction/text-extractor.ts";
import { isExpertError } from "../../core/errors.ts";
import type { TextExtractor } from "../../core/knowledge/text-extractor.ts";
import { amplyMs } from "../support/time-limits.ts";
import { childrenOf, peakMemoryMb } from "./child-processes.ts";
import { docxFile, zipFile } from "./zip-file.ts";

jest.setTimeout(180_000);

const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

describe("hostile files", () => {
  let extractor: TextExtractor;
  let server: Server;
  let requests = 0;
  let host = "";
  beforeAll(async () => {
    extractor = createTextExtractor({ timeoutMs: amplyMs });
    server = createServer((_request, response) => {
      requests += 1;
      response.end("fetched");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await extractor.close();
    await new Promise((resolve) => server.close(resolve));
  });

  /** The refusal's code, or the text. */
  async function ending(
    name: string,
    content: Uint8Array | string,
    by: TextExtractor = extractor,
  ): Promise<string> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const started = performance.now();
    try {
      const { blocks } = await by.extract({ name, content: bytes });
      return blocks
        .map((block) => (block.kind === "table" ? [block.header, ...block.rows].join("\n") : block.text))
        .join("\n");
    } catch (error) {
      return isExpertError(error) ? error.code : String(error);
    } finally {
      expect(performance.now() - started).toBeLessThan(60_000);
      for (const pid of childrenOf(process.pid)) expect(peakMemoryMb(pid)).toBeLessThan(600);
    }
  }

  it("fetches nothing that a file refers to", async () => {
    const html = `<html><head><link rel="stylesheet" href="${host}/a.css"><script src="${host}/a.js"></script><base href="${host}/"></head>
      <body background="${host}/b.png"><p>Seen.</p><img src="${host}/c.png"><iframe src="${host}/d"></iframe><object data="${host}/e"></object></body></html>`;
    expect(await ending("page.html", html)).toBe("Seen.");
    expect(await ending("page.md", `![x](${host}/x.png)\n\n<img src="${host}/y.png">\n\nSeen.`)).toContain(
      "Seen.",
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="${host}/z.png"/><script href="${host}/s.js"/></svg>`;
    expect(await ending("drawing.svg", svg)).toBe("document_image_only");
    const xml = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "${host}/entity">]><a>&e;</a>`;
    expect(await ending("data.xml", xml)).toContain("&e;");
    const picture = `<w:p><w:r><w:t>Seen.</w:t></w:r><w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:blipFill><a:blip r:link="r9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
    const relationships = `<Relationship Id="r9" Type="${office}/image" Target="${host}/linked.png" TargetMode="External"/><Relationship Id="r8" Type="${office}/attachedTemplate" Target="${host}/template.dotm" TargetMode="External"/>`;
    expect(await ending("letter.docx", docxFile(picture, relationships))).toBe("Seen.");
    expect(
      await ending(
        "mail.eml",
        `Subject: Hi\r\nFrom: a@b.c\r\nContent-Type: text/html\r\n\r\n<p>Seen.<img src="${host}/pixel.gif"></p>`,
      ),
    ).toContain("Seen.");
    expect(requests).toBe(0);
  });

  it("writes nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "extraction-"));
    const before = process.cwd();
    process.chdir(folder);
    const own = createTextExtractor();
    try {
      const slip = zipFile({ "../../slipped.txt": "x", "word/document.xml": "<x/>" });
      for (const [name, content] of [
        ["a.zip", slip],
        ["a.md", Buffer.from("Text.")],
        ["a.docx", docxFile("<w:p><w:r><w:t>Text.</w:t></w:r></w:p>")],
      ] as const) {
        await own.extract({ name, content }).catch(() => null);
      }
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      await own.close();
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  });

  it("refuses a zip bomb by its declared size", async () => {
    const bomb = docxFile("<w:p/>", "", { "word/media/zeros.bin": Buffer.alloc(300 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect(await ending("bomb.docx", bomb)).toBe("document_too_complex");
  });

  it("refuses a zip whose entries are larger than they say", async () => {
    const liar = zipFile(
      { "[Content_Types].xml": "<Types/>", "word/document.xml": Buffer.alloc(80 * 1024 * 1024, 0x20) },
      100,
    );
    expect(await ending("liar.docx", liar)).toMatch(/^document_(?:corrupt|too_complex)$/);
  });

  it("ends a Word document whose text fills the memory", async () => {
    // Different words, so that the file is not refused for its ratio before it is parsed.
    const words = Array.from({ length: 400_000 }, (_, index) =>
      ((index * 2_654_435_761) % 2 ** 32).toString(36),
    );
    const runs = words
      .map((word) => `<w:p><w:r><w:t>${word}</w:t></w:r></w:p>`)
      .join("")
      .repeat(4);
    expect(await ending("huge.docx", docxFile(runs))).toBe("document_too_complex");
  });

  it("refuses 100,000 elements inside each other, in HTML, in Word and in mail", async () => {
    const deep = "<div>".repeat(100_000);
    expect(await ending("deep.html", `<html><body>${deep}x`)).toBe("document_too_complex");
    expect(
      await ending("deep.eml", `Subject: x\r\nFrom: a@b.c\r\nContent-Type: text/html\r\n\r\n${deep}x`),
    ).toBe("document_too_complex");
    const nested = `${"<w:tbl><w:tr><w:tc>".repeat(20_000)}<w:p/>${"</w:tc></w:tr></w:tbl>".repeat(20_000)}`;
    expect(await ending("deep.docx", docxFile(nested))).toBe("document_too_complex");
    expect(await ending("deep.md", `${">".repeat(100_000)} x`)).toBe("document_too_complex");
  });

  it("refuses a line of 50 MB", async () => {
    expect(await ending("line.txt", Buffer.alloc(50 * 1024 * 1024, "a"))).toBe("document_too_complex");
  });

  it("ends a PDF that draws without end", async () => {
    const usual = createTextExtractor();
    try {
      expect(await ending("loop.pdf", endlessPdf(), usual)).toBe("document_too_complex");
      expect(await ending("next.md", "Read.", usual)).toBe("Read.");
    } finally {
      await usual.close();
    }
  });

  it.each([
    ["report.pdf", "only text"],
    ["table.xlsx", "a,b\n1,2\n"],
    ["cut.pdf", "%PDF-1.7\n1 0 obj\n<< /Type /Cat"],
  ])("refuses %s, whose content is not what its name says", async (name, content) => {
    expect(await ending(name, content)).toBe("document_corrupt");
  });

  it("decides by the content where a name misleads", async () => {
    expect(
      await ending("page.txt", "<!DOCTYPE html><html><body><script>no()</script><p>Seen.</p></body></html>"),
    ).toBe("Seen.");
    expect(await ending("letter.txt", docxFile("<w:p><w:r><w:t>Seen.</w:t></w:r></w:p>"))).toBe("Seen.");
  });

  it("refuses bytes that are no text under a text's name", async () => {
    const noise = Buffer.from(
      Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 256),
    );
    expect(await ending("noise.txt", noise)).toBe("document_undecodable");
  });
});

/** Thirty forms, each of which draws the one before ten times: 10^29 words in 3 kB. */
function endlessPdf(): Buffer {
  const stream = (number: number, more: string, content: string): string =>
    `${number} 0 obj\n<< ${more} /Length ${content.length} >>\nstream\n${content}\nendstream\nendobj\n`;
  const objects = [
    "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
    "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
    "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /XObject << /X 39 0 R >> >> >>\nendobj\n",
    stream(4, "", "/X Do"),
    "5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n",
    stream(
      10,
      "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F 5 0 R >> >>",
      "BT /F 9 Tf (again) Tj ET",
    ),
  ];
  for (let number = 11; number < 40; number += 1) {
    objects.push(
      stream(
        number,
        `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${number - 1} 0 R >> >>`,
        "/X Do ".repeat(10),
      ),
    );
  }
  return Buffer.from(`%PDF-1.4\n${objects.join("")}trailer\n<< /Root 1 0 R >>\n`);
}
