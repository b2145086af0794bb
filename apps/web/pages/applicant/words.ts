import type { Language } from '@lianban/status-page';

/** What only a page with scripts says. */
export interface PageWords {
  largeType: string;
  normalType: string;
  loading: string;
  slow: string;
  unreachable: string;
  refused: string;
  tryAgain: string;
  offline: (time: string) => string;
  live: string;
  updated: (text: string) => string;
  followOther: string;
  atCounter: string;
  lostCode: { title: string; introduction: string; submit: string; sending: string };
  answer: {
    title: string;
    loading: string;
    licence: string;
    licenceNumber: string;
    bring: string;
    bringHint: string;
    done: string;
    choose: string;
    yes: string;
    no: string;
    submit: string;
    confirm: string;
    confirmed: string;
    back: string;
    sending: string;
    sent: string;
    stillOpen: string;
    nothing: string;
    error: string;
    number: string;
  };
}

export const PAGE_WORDS: Record<Language, PageWords> = {
  'zh-CN': {
    largeType: '大字版',
    normalType: '标准字号',
    loading: '正在查询，请稍候…',
    slow: '网络较慢，仍在查询，请您稍候…',
    unreachable: '暂时无法连接，请检查网络后重试。',
    refused: '未能办理，请稍后再试。',
    tryAgain: '重试',
    offline: (time) => `网络已断开，以下为 ${time} 的进度，恢复后自动更新。`,
    live: '进度会自动更新，无需刷新。',
    updated: (text) => `进度有更新：${text}`,
    followOther: '查询其他办件',
    atCounter: '如需修改或撤回申请，请携带有效证件到受理大厅办理。',
    lostCode: {
      title: '查询码遗失了？',
      introduction:
        '请输入受理编号，查询码将以短信发送到登记的手机号码。没有登记手机号码的，请持有效证件到受理大厅补领。',
      submit: '重新发送查询码',
      sending: '正在提交…',
    },
    answer: {
      title: '在线补正',
      loading: '正在读取需补正的内容…',
      licence: '我有电子证照',
      licenceNumber: '电子证照编号',
      bring: '我将携带原件到受理大厅提交',
      bringHint: '工作人员收到原件后，此项才算补正。',
      done: '我已办理',
      choose: '请选择',
      yes: '是',
      no: '否',
      submit: '提交补正',
      confirm: '提交后不能撤回。您确认以上内容无误吗？',
      confirmed: '确认提交',
      back: '返回修改',
      sending: '正在提交…',
      sent: '您的补正已提交，将转交办理单位。',
      stillOpen: '仍需补正',
      nothing: '请至少填写或勾选一项；需携带原件的，请到受理大厅提交。',
      error: '提交未成功',
      number: '请填写数字。',
    },
  },
  en: {
    largeType: 'Large type',
    normalType: 'Normal type',
    loading: 'Looking it up…',
    slow: 'The network is slow; still looking…',
    unreachable: 'We cannot be reached. Please check your network and try again.',
    refused: 'That could not be done. Please try again later.',
    tryAgain: 'Try again',
    offline: (time) => `You are offline. This is the status of ${time}; it is updated when you are back.`,
    live: 'This page updates itself.',
    updated: (text) => `The status has changed: ${text}`,
    followOther: 'Follow another request',
    atCounter: 'To change or withdraw your request, bring an identity document to the service hall.',
    lostCode: {
      title: 'Lost your query code?',
      introduction:
        'Enter the receipt number, and the code is sent to the mobile phone on record. If you gave no mobile phone, bring an identity document to the service hall.',
      submit: 'Send the code again',
      sending: 'Sending…',
    },
    answer: {
      title: 'Answer online',
      loading: 'Reading what is asked for…',
      licence: 'I have an e-licence',
      licenceNumber: 'Number of the e-licence',
      bring: 'I shall bring the original to the service hall',
      bringHint: 'It counts as supplied once the hall has it.',
      done: 'I have done this',
      choose: 'Please choose',
      yes: 'Yes',
      no: 'No',
      submit: 'Send the answer',
      confirm: 'An answer cannot be taken back. Is everything right?',
      confirmed: 'Yes, send it',
      back: 'Change it',
      sending: 'Sending…',
      sent: 'Your answer is sent and goes to the provider.',
      stillOpen: 'Still asked for',
      nothing: 'Fill in or tick at least one thing. Originals are handed in at the service hall.',
      error: 'It was not sent',
      number: 'Enter a number.',
    },
  },
};
