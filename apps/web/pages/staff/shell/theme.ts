import type { ThemeConfig } from 'antd';

/** Ant Design's own colours of buttons, links under the mouse, placeholders and descriptions have too little contrast (WCAG 2.2, 1.4.3). */
export const theme: ThemeConfig = {
  token: {
    // Ant Design moves things whatever the person asked of the system.
    motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    colorPrimary: '#0958d9',
    colorPrimaryHover: '#003eb3',
    colorPrimaryActive: '#002c8c',
    colorLink: '#0958d9',
    colorLinkHover: '#003eb3',
    colorLinkActive: '#002c8c',
    colorTextPlaceholder: '#6b6b6b',
    colorTextDescription: '#595959',
    colorTextSecondary: '#595959',
    colorTextTertiary: '#595959',
    colorTextQuaternary: '#6b6b6b',
    colorError: '#a8071a',
    colorWarning: '#874d00',
    colorSuccess: '#237804',
    colorWarningBg: '#fffbe6',
    colorWarningBorder: '#ffd666',
    colorErrorBg: '#fff1f0',
    colorErrorBorder: '#ffa39e',
    fontFamily: "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
    borderRadius: 4,
  },
};

/** Colours of states by `domain` custom: under way blue, stopped orange, done green, refused or overdue red. */
export const TONES = {
  neutral: { color: '#434343', background: '#f5f5f5' },
  active: { color: '#0a3a8c', background: '#e6f4ff' },
  stopped: { color: '#7a3e00', background: '#fff4e0' },
  done: { color: '#1d5c06', background: '#efffe3' },
  bad: { color: '#8f0614', background: '#fff1f0' },
} as const;
export type Tone = keyof typeof TONES;
