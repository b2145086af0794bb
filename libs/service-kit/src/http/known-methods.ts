/** The HTTP methods of each address of a service. */
export class KnownMethods {
  private readonly routes: { method: string; address: RegExp; isExact: boolean }[] = [];

  /** `url` is a route pattern: `/v1/requests/:receipt`. */
  add(method: string | string[], url: string): void {
    const address = new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+').replace('*', '.*')}$`);
    const isExact = !/[:*]/.test(url);
    for (const each of [method].flat()) this.routes.push({ method: each, address, isExact });
  }

  /** The methods of an address; empty if no route matches. One that is written out has its own, and not those of a parameter in its place. */
  of(url: string): string[] {
    const [path = ''] = url.split('?');
    const found = this.routes.filter(({ address }) => address.test(path));
    const exact = found.filter(({ isExact }) => isExact);
    return [...new Set((exact.length > 0 ? exact : found).map(({ method }) => method))].sort();
  }
}
