import type { Utility } from '@lianban/contracts';
import type { Text } from '@lianban/service-kit';

export const utilityNames: Record<Utility, Text> = {
  water: { 'zh-CN': '供水', en: 'water' },
  electricity: { 'zh-CN': '供电', en: 'electricity' },
  gas: { 'zh-CN': '燃气', en: 'gas' },
  heat: { 'zh-CN': '供热', en: 'heat' },
  telecom: { 'zh-CN': '通信', en: 'telecom' },
};
