/** Which methods the addresses of a service take. */
export class KnownMethods {
  private readonly routes: { method: string; address: RegExp }[] = [];

  /** `url` is a pattern as the router takes it: `/v1/requests/:receipt`. */
  note(method: string | string[], url: string): void {
    const address = new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+')}$`);
    for (const each of [method].flat()) this.routes.push({ method: each, address });
  }

  /** The methods of an address, none where no route has it. */
  of(url: string): string[] {
    const [path = ''] = url.split('?');
    const found = this.routes.filter(({ address }) => address.test(path)).map(({ method }) => method);
    return [...new Set(found)].sort();
  }
}
