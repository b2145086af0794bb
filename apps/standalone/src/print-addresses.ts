import type { Account } from './issuer/accounts.js';
import type { LocalStack } from './local-stack.js';

/** What a newcomer needs: addresses, accounts, and an example to copy. */
export function printAddresses(stack: LocalStack, accounts: readonly Account[], database: string): void {
  const names = accounts.map(({ name }) => name).filter((name) => !name.startsWith('lead-'));
  const officers = names.filter((name) => name.startsWith('officer-'));
  process.stdout.write(`
Lianban is ready.

  counter     ${stack.url}/staff/counter      (clerk-lixia)
  workbench   ${stack.url}/staff/workbench    (officer-zibo-heat)
  operations  ${stack.url}/staff/operations   (operator)
  applicant   ${stack.url}/applicant/         (number and code of a receipt)
  API         ${stack.url}/v1/…
  tokens      ${stack.issuerUrl}/token
  providers   ${stack.simulatorUrl}   (simulated; faults under /control)
  database    ${database}, data in ${stack.data}
  accounts    ${names.filter((name) => !name.startsWith('officer-')).join(', ')}
              ${officers.slice(0, 4).join(', ')} … one per provider, and lead-<provider>; the secret of all is ${accounts[0]!.secret}

Try it:       npm run demo
By hand:      TOKEN=$(curl -s -u clerk-lixia:${accounts[0]!.secret} -d grant_type=client_credentials ${stack.issuerUrl}/token | node -pe 'JSON.parse(fs.readFileSync(0)).access_token')
              curl -s -H "authorization: Bearer $TOKEN" ${stack.url}/v1/matters
Stop:         Ctrl-C
`);
}
