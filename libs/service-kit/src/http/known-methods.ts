/** The HTTP methods of each address of a service. */
export class KnownMethods {
  private readonly routes: { method: string; address: RegExp }[] = [];

  /** `url` is a route pattern: `/v1/requests/:receipt`. */
  add(method: string | string[], url: string): void {
    const address = new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+').replace('*', '.*')}$`);
    for (const each of [method].flat()) this.routes.push({ method: each, address });
  }

  /** The methods of an address; empty if no route matches. */
  of(url: string): string[] {
    const [path = ''] = url.split('?');
    const found = this.routes.filter(({ address }) => address.test(path)).map(({ method }) => method);
    return [...new Set(found)].sort();
  }
}
