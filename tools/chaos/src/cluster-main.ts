import { parseArgs } from 'node:util';
import { CHECKS } from './cluster/checks.js';
import { Cluster } from './cluster/cluster.js';
import type { Row } from './goals/goal.js';

// npm run k8s:prove -- --kubeconfig FILE [--kubectl PROGRAM] [--only starts,isClosed] [--rate 10] [--together 2] [--kill-seconds 600] [--silent-seconds 600]
// [--load-seconds 120] [--mixed-seconds 600] [--prometheus PROGRAM] [--alertmanager PROGRAM] [--tag TAG] [--next TAG] [--images FILE]: puts the demo overlay on a cluster, disturbs it, and prints a line a check. Run it where the cluster's addresses can be reached.
const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    kubeconfig: { ...text, default: process.env.KUBECONFIG },
    kubectl: { ...text, default: 'kubectl' },
    only: {
      ...text,
      default: Object.keys(CHECKS)
        .filter((name) => !['upgrades', 'runsBehindWall', 'raisesAlarms'].includes(name))
        .join(','),
    },
    rate: { ...text, default: '10' },
    together: { ...text, default: '2' },
    'kill-seconds': { ...text, default: '600' },
    'load-seconds': { ...text, default: '120' },
    'silent-seconds': { ...text, default: '600' },
    'mixed-seconds': { ...text, default: '600' },
    prometheus: { ...text, default: 'prometheus' },
    alertmanager: { ...text, default: 'prometheus-alertmanager' },
    tag: text,
    next: text,
    images: text,
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const names = values.only.split(',');
const unknown = names.filter((name) => !(name in CHECKS));
if (!values.kubeconfig || unknown.length > 0) {
  print(
    values.kubeconfig
      ? `There is no ${unknown.join(', ')}. There is: ${Object.keys(CHECKS).join(', ')}`
      : '--kubeconfig is needed',
  );
  process.exit(2);
}
const cluster = await Cluster.open(values.kubeconfig, values.kubectl);
if (!names.includes('starts')) await cluster.locate();
const rows: Row[] = [];
for (const name of names) {
  const from = Date.now();
  const options = {
    perSecond: Number(values.rate),
    together: Number(values.together),
    killSeconds: Number(values['kill-seconds']),
    loadSeconds: Number(values['load-seconds']),
    silentSeconds: Number(values['silent-seconds']),
    mixedSeconds: Number(values['mixed-seconds']),
    prometheus: values.prometheus,
    alertmanager: values.alertmanager,
    tag: values.tag,
    next: values.next,
    images: values.images,
    print,
  };
  const result = await CHECKS[name]!(cluster, options).catch((error: Error) => ({
    goal: name,
    figure: error.message.slice(0, 400),
    bar: 'no error',
    holds: false,
  }));
  rows.push(result);
  const seconds = Math.round((Date.now() - from) / 1_000);
  print(
    `${result.holds ? 'holds ' : 'FAILS '} ${result.goal.padEnd(16)} ${result.figure}   (bar: ${result.bar}; ${seconds} s)`,
  );
}
process.exit(rows.every(({ holds }) => holds) ? 0 : 1);
