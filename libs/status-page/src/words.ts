export type Language = 'zh-CN' | 'en';

/** The words of the page around those that a status brings with it. */
export interface Words {
  title: string;
  summary: { matter: string; applicant: string; receiptNumber: string; registered: string; ended: string };
  status: string;
  nextSteps: {
    title: string;
    yourTurn: string;
    nothing: string;
    ended: string;
    correction: (utility: string, provider: string) => string;
    action: (utility: string, provider: string) => string;
    until: (day: string) => string;
    whereTo: string;
    lapses: string;
    promised: string;
  };
  finish: (day: string) => string;
  provisional: (note: string) => string;
  parcels: {
    title: string;
    holder: string;
    since: string;
    ended: string;
    promised: string;
    remaining: (days: number) => string;
    stopped: string;
    until: string;
    reason: string;
    legalBasis: string;
    delivery: string;
    note: string;
    withdrawal: string;
    rerouted: string;
    reference: string;
    documents: string;
    stages: string;
    planned: (day: string) => string;
    reached: (time: string) => string;
    holders: Record<'applicant' | 'hall' | 'authority' | 'contractor', string>;
  };
  timeline: {
    title: string;
    earlier: (count: number) => string;
    registered: string;
    planned: string;
    promised: string;
    colon: string;
  };
  lookUp: {
    title: string;
    introduction: string;
    receiptNumber: string;
    receiptHint: string;
    queryCode: string;
    codeHint: string;
    submit: string;
    again: string;
    otherLanguage: string;
    other: string;
    lost: string;
    error: string;
    receiptMissing: string;
    codeMissing: string;
    notFound: string;
    asOf: (time: string) => string;
  };
  skip: string;
  comma: string;
}

const chinese: Words = {
  title: '办件进度',
  summary: {
    matter: '事项',
    applicant: '申请人',
    receiptNumber: '受理编号',
    registered: '登记时间',
    ended: '办结时间',
  },
  status: '当前状态',
  nextSteps: {
    title: '您接下来要做的',
    yourTurn: '现在需要您办理',
    nothing: '目前不需要您做什么，有进展时会通知您。',
    ended: '全部事项已办结，您不需要再做什么。',
    correction: (utility, provider) => `${utility}：${provider}请您补正以下内容`,
    action: (utility, provider) => `${utility}：${provider}请您办理`,
    until: (day) => `请于${day}前完成。`,
    whereTo: '请携带原件和受理通知书到受理大厅提交。',
    lapses: '逾期未办理的，该项视为撤回。',
    promised: '您承诺补交的材料',
  },
  finish: (day) => `预计${day}前全部办结`,
  provisional: (note) => `（${note}）`,
  parcels: {
    title: '各专业进度',
    holder: '现在由谁办理',
    since: '自何时起',
    ended: '结束时间',
    promised: '预计办结',
    remaining: (days) => (days >= 0 ? `，剩余 ${days} 个工作日` : `，已超期 ${-days} 个工作日`),
    stopped: '，计时暂停',
    until: '办理期限',
    reason: '原因',
    legalBasis: '依据',
    delivery: '送达情况',
    note: '提示',
    withdrawal: '撤回申请',
    rerouted: '改派原因',
    reference: '该单位的编号',
    documents: '文件',
    stages: '全部环节',
    planned: (day) => `计划 ${day}`,
    reached: (time) => `${time} 完成`,
    holders: { applicant: '您', hall: '受理大厅', authority: '主管部门', contractor: '施工单位' },
  },
  timeline: {
    title: '进度时间线',
    earlier: (count) => `更早的 ${count} 条`,
    registered: '受理大厅已登记您的申请',
    planned: '计划',
    promised: '预计办结',
    colon: '：',
  },
  lookUp: {
    title: '查询办件进度',
    introduction: '请输入受理通知书上的受理编号和查询码。',
    receiptNumber: '受理编号',
    receiptHint: '例如 LB370102-20260511-J-00001-A，大小写和横线可不区分',
    queryCode: '查询码',
    codeHint: '8 位字母和数字',
    submit: '查询',
    again: '刷新进度',
    otherLanguage: 'English',
    other: '查询其他办件',
    lost: '查询码遗失的，请持有效证件到受理大厅补领；使用支持脚本的浏览器时，可在本页请求重新发送短信。',
    error: '查询未成功',
    receiptMissing: '请填写受理编号。',
    codeMissing: '请填写查询码。',
    notFound: '没有找到该办件，请您核对受理编号和查询码。',
    asOf: (time) => `截至 ${time}`,
  },
  skip: '跳到主要内容',
  comma: '、',
};

const english: Words = {
  title: 'Your request',
  summary: {
    matter: 'Matter',
    applicant: 'Applicant',
    receiptNumber: 'Receipt number',
    registered: 'Registered',
    ended: 'Ended',
  },
  status: 'Status now',
  nextSteps: {
    title: 'What you do next',
    yourTurn: 'It is your turn',
    nothing: 'There is nothing for you to do now. You are told when something happens.',
    ended: 'Everything has ended. There is nothing more for you to do.',
    correction: (utility, provider) => `${utility}: ${provider} asks you to supply`,
    action: (utility, provider) => `${utility}: ${provider} asks you to act`,
    until: (day) => `Please do this by ${day}.`,
    whereTo: 'Please bring the originals and your receipt to the service hall.',
    lapses: 'If nothing comes in time, this part counts as withdrawn.',
    promised: 'What you promised to bring later',
  },
  finish: (day) => `Everything is expected to be done by ${day}`,
  provisional: (note) => ` (${note})`,
  parcels: {
    title: 'Progress of each utility',
    holder: 'Who has it now',
    since: 'Since',
    ended: 'Ended',
    promised: 'Expected by',
    remaining: (days) => (days >= 0 ? `, ${days} working days left` : `, ${-days} working days late`),
    stopped: ', the clock is stopped',
    until: 'To be done by',
    reason: 'Reason',
    legalBasis: 'Legal basis',
    delivery: 'Delivery',
    note: 'Please note',
    withdrawal: 'Withdrawal',
    rerouted: 'Passed on because',
    reference: "The provider's number",
    documents: 'Documents',
    stages: 'All steps',
    planned: (day) => `planned for ${day}`,
    reached: (time) => `done ${time}`,
    holders: {
      applicant: 'You',
      hall: 'The service hall',
      authority: 'An authority',
      contractor: 'A contractor',
    },
  },
  timeline: {
    title: 'Timeline',
    earlier: (count) => `${count} earlier`,
    registered: 'The service hall registered your request',
    planned: 'Planned',
    promised: 'expected to be done',
    colon: ': ',
  },
  lookUp: {
    title: 'Follow your request',
    introduction: 'Enter the receipt number and the query code that are on your receipt.',
    receiptNumber: 'Receipt number',
    receiptHint: 'For example LB370102-20260511-J-00001-A; case and dashes do not matter',
    queryCode: 'Query code',
    codeHint: '8 letters and digits',
    submit: 'Show the status',
    again: 'Look again',
    otherLanguage: '中文',
    other: 'Follow another request',
    lost: 'If you lost your query code, bring an identity document to the service hall; in a browser with scripts this page can have it sent to you again.',
    error: 'There is a problem',
    receiptMissing: 'Enter the receipt number.',
    codeMissing: 'Enter the query code.',
    notFound: 'There is no such request. Please check the receipt number and the query code.',
    asOf: (time) => `As of ${time}`,
  },
  skip: 'Skip to the content',
  comma: ', ',
};

export const WORDS: Record<Language, Words> = { 'zh-CN': chinese, en: english };
