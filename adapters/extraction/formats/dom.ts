import type { CheerioAPI } from "cheerio";

/** The parsed tree that cheerio works on. */
export type AnyNode = Parameters<CheerioAPI["contains"]>[0];
export type Element = Extract<AnyNode, { readonly attribs: unknown }>;
export type ParentNode = Extract<AnyNode, { readonly children: unknown }>;
export type Text = Extract<AnyNode, { readonly nodeType: 3 }>;
