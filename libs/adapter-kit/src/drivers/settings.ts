import type { Provider } from '@lianban/catalogue';
import { readForm } from '@lianban/service-kit';

/** What a provider's row sets for its dialect, as a form with its defaults. @throws where it is wrong: the adapter does not start */
export function settingsOf<T extends object>(
  Settings: new () => T,
  { id, dialect, settings = {} }: Provider,
): T {
  const { form, errors } = readForm(Settings, settings);
  const wrong = errors.map(({ pointer, code }) => `/settings${pointer} ${code}`).join(', ');
  if (wrong) throw new Error(`${id} cannot be spoken to in ${dialect}: ${wrong}`);
  return form;
}
