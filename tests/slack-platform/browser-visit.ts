/**
 * Opens an address as a browser does: follows redirects and keeps cookies per host. Returns the last page.
 * @throws Error after more redirects than a browser follows.
 */
export async function visit(address: string): Promise<{ status: number; url: string; text: string }> {
  const cookies = new Map<string, Map<string, string>>();
  let url = new URL(address);
  for (let hop = 0; hop < 10; hop += 1) {
    const jar = cookies.get(url.host) ?? new Map<string, string>();
    cookies.set(url.host, jar);
    const response = await fetch(url, {
      redirect: "manual",
      headers: jar.size > 0 ? { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") } : {},
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const next = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || next === null)
      return { status: response.status, url: url.href, text: await response.text() };
    await response.arrayBuffer();
    url = new URL(next, url);
  }
  throw new Error(`${address} redirects without end.`);
}
