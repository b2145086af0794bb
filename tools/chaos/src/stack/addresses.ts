import { freePorts } from '@lianban/engines';
import { SERVICES, UTILITIES } from '@lianban/contracts';

export interface Instance {
  /** `<service>.<number>` */
  name: string;
  service: string;
  port: number;
}

/** A way between two processes with a proxy on it. */
export interface Link {
  name: string;
  port: number;
  target: number;
}

/** Every port of one stack. */
export class Addresses {
  private constructor(
    readonly loadBalancer: number,
    readonly simulator: number,
    readonly simulatorSftp: number,
    readonly postgres: number,
    readonly kafka: {
      port: number;
      controllerPort: number;
      proxied: { port: number; advertisedPort: number };
    },
    readonly links: Link[],
    readonly instances: Instance[],
  ) {}

  /** @param isProxied which links have a proxy; the others lead straight to their target */
  static async choose(
    instancesEach: number,
    isProxied: (link: string) => boolean = () => true,
  ): Promise<Addresses> {
    let next = await freePorts(12 + SERVICES.length * (1 + instancesEach) + UTILITIES.length + 2);
    const [loadBalancer, simulator, simulatorSftp, postgres, kafka, controllerPort, proxied] = Array.from(
      { length: 7 },
      () => next++,
    ) as [number, number, number, number, number, number, number];
    const link = (name: string, target: number): Link => ({
      name,
      target,
      port: isProxied(name) ? next++ : target,
    });
    const toKafka = link('kafka', proxied);
    // Its listener names the link's own port, whether a proxy waits there or Kafka itself.
    const links = [
      toKafka,
      ...SERVICES.map((service) => link(`postgres.${service}`, postgres)),
      ...UTILITIES.map((utility) => link(`provider.${utility}`, simulator)),
      link('provider.heat.sftp', simulatorSftp),
      link('sms', simulator),
      link('reports', loadBalancer),
    ];
    const instances = SERVICES.flatMap((service) =>
      Array.from({ length: instancesEach }, (_, i) => ({
        name: `${service}.${i + 1}`,
        service,
        port: next++,
      })),
    );
    const proxiedPorts = { port: proxied, advertisedPort: toKafka.port };
    const kafkaPorts = { port: kafka, controllerPort, proxied: proxiedPorts };
    return new Addresses(loadBalancer, simulator, simulatorSftp, postgres, kafkaPorts, links, instances);
  }

  /** Port of the proxy on a link. */
  via(name: string): number {
    return this.links.find((link) => link.name === name)!.port;
  }
}
