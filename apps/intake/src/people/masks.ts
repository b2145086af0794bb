import type { Person } from '@lianban/contracts';

const COMPOUND_SURNAMES = [
  '欧阳',
  '上官',
  '司马',
  '诸葛',
  '东方',
  '皇甫',
  '尉迟',
  '公孙',
  '慕容',
  '令狐',
  '长孙',
  '宇文',
  '司徒',
  '夏侯',
  '轩辕',
  '端木',
  '南宫',
  '独孤',
  '淳于',
  '公冶',
  '太史',
  '申屠',
  '闻人',
  '百里',
  '呼延',
  '钟离',
  '澹台',
  '赫连',
];

const MAX_STARS = 2;

function surnameOf(name: string): string {
  const compound = COMPOUND_SURNAMES.find((surname) => name.startsWith(surname) && name !== surname);
  return compound ?? [...name][0] ?? '';
}

/** A person's surname and stars (张*, 欧阳**); an organisation's name is public. */
export function maskName({ kind, name }: Pick<Person, 'kind' | 'name'>): string {
  if (kind === 'organisation') return name;
  const surname = surnameOf(name);
  const hidden = [...name].length - [...surname].length;
  return surname + '*'.repeat(Math.min(Math.max(hidden, 1), MAX_STARS));
}
