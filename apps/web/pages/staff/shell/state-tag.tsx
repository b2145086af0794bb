import { Tag } from 'antd';
import { TONES, type Tone } from './theme.js';

const TONE_OF: Record<string, Tone> = {
  placed: 'neutral',
  registered: 'neutral',
  accepted: 'active',
  dispatched: 'active',
  'in-progress': 'active',
  'under-way': 'active',
  waiting: 'stopped',
  held: 'stopped',
  completed: 'done',
  'partly-completed': 'done',
  refused: 'bad',
  failed: 'bad',
  cancelled: 'neutral',
};

/** A state in words, with the colour that the halls know it by; a label has no full stop. */
export function StateTag({ state, text }: { state: string; text: string }) {
  return (
    <Tag variant="filled" style={TONES[TONE_OF[state] ?? 'neutral']}>
      {text.replace(/[。.]$/, '')}
    </Tag>
  );
}
