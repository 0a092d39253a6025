//! The words of the files that are written, in English and in Chinese.

use super::Language;

/// Every word that a file needs, one column of the dictionary.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) leads: [&'static str; 20],
    pub(super) stages_file: [&'static str; 3],
    pub(super) activities_file: [&'static str; 6],
    pub(super) spend_file: [&'static str; 5],
    pub(super) targets_file: [&'static str; 3],
    /// Won, lost, open.
    pub(super) status: [&'static str; 3],
    /// No, yes.
    pub(super) yes_no: [&'static str; 2],
    pub(super) sources: [&'static str; 8],
    pub(super) owners: [&'static str; 12],
    pub(super) products: [&'static str; 5],
    pub(super) regions: [&'static str; 6],
    pub(super) sizes: [&'static str; 5],
    pub(super) stages: [&'static str; 5],
    pub(super) methods: [&'static str; 3],
    pub(super) reasons: [&'static str; 5],
    /// Call, message, visit.
    pub(super) kinds: [&'static str; 3],
    /// What came of a call, message, visit: first if it reached somebody.
    pub(super) results: [[&'static str; 2]; 3],
    pub(super) cities: [[&'static str; 3]; 6],
    pub(super) syllables: [&'static str; 24],
    pub(super) trades: [&'static str; 8],
    /// Stands between the parts of a name.
    pub(super) space: &'static str,
    /// Whether a syllable that begins a word is written with a capital.
    pub(super) capital: bool,
}

impl Words {
    /// The words of a language.
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Zh => &ZH,
        }
    }
}

static EN: Words = Words {
    leads: [
        "lead_id",
        "created_at",
        "first_contact_at",
        "closed_at",
        "status",
        "source",
        "owner",
        "stage",
        "product",
        "region",
        "company_size",
        "requested_demo",
        "pages_viewed",
        "budget",
        "list_price",
        "amount",
        "sales_method",
        "first_response_minutes",
        "lost_reason",
        "account",
    ],
    stages_file: ["lead_id", "stage", "entered_at"],
    activities_file: ["lead_id", "at", "kind", "owner", "result", "planned_at"],
    spend_file: ["month", "source", "spend", "visits", "clicks"],
    targets_file: ["month", "owner", "target"],
    status: ["Won", "Lost", "Open"],
    yes_no: ["No", "Yes"],
    sources: [
        "Search",
        "Social",
        "Website",
        "Referral",
        "Exhibition",
        "Cold call",
        "Partner",
        "Live stream",
    ],
    owners: [
        "Li Wei",
        "Wang Fang",
        "Zhang Min",
        "Liu Yang",
        "Chen Jie",
        "Yang Lei",
        "Zhao Jing",
        "Huang Qiang",
        "Zhou Ting",
        "Wu Hao",
        "Xu Lin",
        "Sun Bo",
    ],
    products: ["Starter", "Team", "Professional", "Business", "Enterprise"],
    regions: [
        "East",
        "North",
        "South",
        "Central",
        "Southwest",
        "Northwest",
    ],
    sizes: ["1-10", "11-50", "51-200", "201-1000", "1000+"],
    stages: ["New", "Contacted", "Qualified", "Proposal", "Negotiation"],
    methods: ["phone", "visit", "online"],
    reasons: [
        "price",
        "competitor",
        "no budget",
        "no response",
        "poor fit",
    ],
    kinds: ["call", "message", "visit"],
    results: [
        ["answered", "no answer"],
        ["replied", "no reply"],
        ["met", "cancelled"],
    ],
    cities: [
        ["Hangzhou", "Shanghai", "Suzhou"],
        ["Beijing", "Tianjin", "Jinan"],
        ["Guangzhou", "Shenzhen", "Xiamen"],
        ["Wuhan", "Changsha", "Zhengzhou"],
        ["Chengdu", "Chongqing", "Kunming"],
        ["Xi'an", "Lanzhou", "Urumqi"],
    ],
    syllables: [
        "lan", "hai", "yun", "fan", "tai", "he", "xin", "yuan", "jin", "cheng", "rui", "feng",
        "hong", "da", "ming", "zhi", "qi", "hang", "bo", "wen", "sheng", "tong", "jia", "lin",
    ],
    trades: [
        "Trading",
        "Technology",
        "Machinery",
        "Education",
        "Logistics",
        "Foods",
        "Electronics",
        "Textiles",
    ],
    space: " ",
    capital: true,
};

static ZH: Words = Words {
    leads: [
        "线索编号",
        "创建时间",
        "首次联系时间",
        "关闭日期",
        "状态",
        "来源",
        "负责人",
        "阶段",
        "产品",
        "区域",
        "公司规模",
        "申请演示",
        "浏览页数",
        "预算",
        "标价",
        "成交金额",
        "销售方式",
        "首次响应分钟",
        "输单原因",
        "客户",
    ],
    stages_file: ["线索编号", "阶段", "进入日期"],
    activities_file: ["线索编号", "日期", "方式", "负责人", "结果", "计划日期"],
    spend_file: ["月份", "来源", "花费", "访问", "点击"],
    targets_file: ["月份", "负责人", "目标"],
    status: ["赢单", "输单", "跟进中"],
    yes_no: ["否", "是"],
    sources: [
        "搜索广告",
        "信息流",
        "官网",
        "转介绍",
        "展会",
        "电话开发",
        "渠道伙伴",
        "直播",
    ],
    owners: [
        "李伟", "王芳", "张敏", "刘洋", "陈杰", "杨磊", "赵静", "黄强", "周婷", "吴昊", "徐琳",
        "孙博",
    ],
    products: ["入门版", "团队版", "专业版", "商务版", "旗舰版"],
    regions: ["华东", "华北", "华南", "华中", "西南", "西北"],
    sizes: ["1-10人", "11-50人", "51-200人", "201-1000人", "1000人以上"],
    stages: ["新建", "已联系", "已确认需求", "已报价", "商务谈判"],
    methods: ["电话", "上门", "线上"],
    reasons: ["价格", "竞品", "无预算", "失联", "需求不符"],
    kinds: ["电话", "微信", "拜访"],
    results: [
        ["已接通", "未接通"],
        ["已回复", "未回复"],
        ["已见面", "已取消"],
    ],
    cities: [
        ["杭州", "上海", "苏州"],
        ["北京", "天津", "济南"],
        ["广州", "深圳", "厦门"],
        ["武汉", "长沙", "郑州"],
        ["成都", "重庆", "昆明"],
        ["西安", "兰州", "乌鲁木齐"],
    ],
    syllables: [
        "蓝", "海", "云", "帆", "泰", "和", "鑫", "源", "金", "诚", "瑞", "丰", "宏", "达", "明",
        "智", "启", "航", "博", "文", "盛", "通", "嘉", "林",
    ],
    trades: [
        "商贸", "科技", "机械", "教育", "物流", "食品", "电子", "纺织",
    ],
    space: "",
    capital: false,
};
