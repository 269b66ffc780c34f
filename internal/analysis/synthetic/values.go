package synthetic

// A value is one configurable value, as a definition declares it and as Modules
// and releases write it. NAME in any of its texts stands for the application's name.
type value struct {
	path   string   // below values, such as "image.tag"
	doc    string   // a sentence
	allows string   // the definition's constraint
	preset string   // the definition's default; "" makes the value required
	offers string   // the default of a Module that changes it; "" if none does
	narrow string   // the constraint of a Module that narrows; "" if none does
	sets   []string // what releases write
	wrong  string   // what one writes by mistake
	isText bool     // a component reads it without an interpolation
}

// basic are the values that every application has. The first is required, the second
// is in every release.
var basic = []value{
	{path: "contact", doc: "Whom users write to when something is wrong. Nobody can guess it.",
		allows: `string & =~"^[^@ ]+@[^@ ]+$"`, sets: []string{`"team-a@harbourlane.example"`, `"team-b@harbourlane.example"`},
		wrong: `"nobody"`, isText: true},
	{path: "image.tag", doc: "The version of the image.",
		allows: `string`, preset: `"1.4"`, offers: `"1.4.0-patched"`, sets: []string{`"1.4.7"`, `"main"`, `"2.0.0-rc.1"`},
		wrong: `14`, isText: true},
	{path: "image.repository", doc: "Where the image lives, without the tag.",
		allows: `string`, preset: `"ghcr.io/harbourlane/NAME"`, offers: `"registry.harbourlane.example/apps/NAME"`,
		sets: []string{`"registry.harbourlane.example/teams/NAME"`}, wrong: `["NAME"]`, isText: true},
	{path: "replicas", doc: "How many copies run at the same time.",
		allows: `uint & >=1 & <=12`, preset: `2`, offers: `3`, narrow: `uint & >=2 & <=12`,
		sets: []string{`2`, `3`, `4`, `6`, `8`, `12`}, wrong: `40`},
	{path: "port", doc: "The port on which the server listens inside its container.",
		allows: `int & >=1024 & <=65535`, preset: `8080`, sets: []string{`3000`, `8443`, `9090`}, wrong: `80`},
	{path: "environment", doc: "The kind of environment that it runs in.",
		allows: `"development" | "staging" | "production"`, preset: `"production"`, offers: `"staging"`,
		sets: []string{`"development"`, `"staging"`, `"production"`}, wrong: `"prod"`, isText: true},
	{path: "memory", doc: "How much memory each copy asks for.",
		allows: `string & =~"^[1-9][0-9]*(Mi|Gi)$"`, preset: `"96Mi"`, offers: `"128Mi"`,
		sets: []string{`"64Mi"`, `"192Mi"`, `"1Gi"`}, wrong: `"96MB"`, isText: true},
}

// A group is values that stand in one struct.
type group struct {
	doc    string
	values []value
}

// groups are what applications have beside the basic values, by the name of the struct.
var groups = []struct {
	name string
	group
}{
	{"logging", group{"What the server prints.", []value{
		{path: "level", doc: "The least important message that is still printed.", allows: `"debug" | "info" | "warn"`, preset: `"info"`,
			offers: `"warn"`, sets: []string{`"debug"`, `"warn"`}, wrong: `"verbose"`, isText: true},
		{path: "format", doc: "How a line is written.", allows: `"json" | "text"`, preset: `"json"`, sets: []string{`"text"`}, wrong: `"xml"`, isText: true},
	}}},
	{"cache", group{"How browsers keep pages.", []value{
		{path: "seconds", doc: "For how many seconds a page may be kept, up to a day.", allows: `int & >=0 & <=86400`, preset: `300`,
			offers: `600`, sets: []string{`0`, `60`, `3600`}, wrong: `-1`},
		{path: "shared", doc: "Whether a proxy may keep pages too.", allows: `bool`, preset: `false`, sets: []string{`true`}, wrong: `"yes"`},
	}}},
	{"security", group{"With which rights the server runs.", []value{
		{path: "runAsNonRoot", doc: "Refuse to start an image that runs as root.", allows: `bool`, preset: `true`, sets: []string{`false`}, wrong: `1`},
		{path: "user", doc: "The number of the user that the server runs as.", allows: `int & >=1000 & <=65534`, preset: `1000`,
			offers: `2000`, sets: []string{`1001`, `3000`}, wrong: `0`},
	}}},
	{"ingress", group{"How it is reached from outside.", []value{
		{path: "host", doc: "The host name. No two share one, so every release has to say it.", allows: `string & =~"^[a-z0-9.-]+$"`,
			sets: []string{`"NAME.harbourlane.example"`, `"NAME.eu.harbourlane.example"`}, wrong: `"Harbour Lane"`, isText: true},
		{path: "tls", doc: "Whether it answers by HTTPS.", allows: `bool`, preset: `true`, sets: []string{`false`}, wrong: `"no"`},
	}}},
	{"database", group{"Where data is kept.", []value{
		{path: "name", doc: "The name of the database: letters and digits.", allows: `string & =~"^[a-zA-Z0-9]+$"`, preset: `"main"`,
			sets: []string{`"orders"`, `"people"`}, wrong: `"my-data"`, isText: true},
		{path: "maxConnections", doc: "How many connections are accepted at the same time.", allows: `uint & >=10 & <=400`, preset: `80`,
			offers: `120`, narrow: `uint & >=20 & <=400`, sets: []string{`40`, `100`, `240`}, wrong: `4000`},
		{path: "storage.size", doc: "How much room there is, such as \"20Gi\".", allows: `string & =~"^[1-9][0-9]*(Mi|Gi)$"`, preset: `"20Gi"`,
			offers: `"40Gi"`, sets: []string{`"10Gi"`, `"250Gi"`}, wrong: `20`, isText: true},
	}}},
	{"timeouts", group{"How long it waits, in seconds.", []value{
		{path: "read", doc: "For a request.", allows: `number & >0 & <=120`, preset: `10`, offers: `15`, sets: []string{`2.5`, `30`}, wrong: `600`},
		{path: "idle", doc: "For the next request on a connection.", allows: `number & >0 & <=600`, preset: `60`, sets: []string{`5`, `300`}, wrong: `"long"`},
	}}},
	{"metrics", group{"What is measured.", []value{
		{path: "enabled", doc: "Whether anything is.", allows: `bool`, preset: `true`, sets: []string{`false`}, wrong: `"on"`},
		{path: "path", doc: "Where the figures are read.", allows: `string & =~"^/"`, preset: `"/metrics"`, sets: []string{`"/internal/metrics"`}, wrong: `"metrics"`, isText: true},
		{path: "interval", doc: "How often they are.", allows: `string & =~"^[1-9][0-9]*[sm]$"`, preset: `"30s"`, offers: `"15s"`,
			sets: []string{`"1m"`, `"5s"`}, wrong: `"often"`, isText: true},
	}}},
	{"probe", group{"How its health is known.", []value{
		{path: "path", doc: "What is asked for.", allows: `string & =~"^/"`, preset: `"/health"`, sets: []string{`"/ready"`}, wrong: `"health"`, isText: true},
		{path: "failures", doc: "How many failures in a row mean that it is ill.", allows: `int & >=1 & <=10`, preset: `3`, offers: `5`,
			sets: []string{`1`, `6`}, wrong: `0`},
	}}},
	{"access", group{"Who may use it.", []value{
		{path: "origins", doc: "The origins whose pages may ask.", allows: `[...string & =~"^https://"]`, preset: `["https://harbourlane.example"]`,
			sets: []string{`["https://a.example", "https://b.example"]`, `[]`}, wrong: `["http://a.example"]`},
		{path: "tenants", doc: "The tenants, and what each may use.", allows: `[...{name!: string, quota?: uint & <=1000}]`, preset: `[]`,
			sets: []string{`[{name: "north", quota: 20}, {name: "south"}]`, `[{name: "all"}]`}, wrong: `[{name: "north", quota: 2000}]`},
	}}},
	{"scaling", group{"How it grows under load.", []value{
		{path: "enabled", doc: "Whether it does.", allows: `bool`, preset: `false`, sets: []string{`true`}, wrong: `"auto"`},
		{path: "most", doc: "How many copies there may be at most.", allows: `uint & >=1 & <=100`, preset: `12`, offers: `24`,
			sets: []string{`6`, `50`}, wrong: `1000`},
		{path: "percent", doc: "How busy the copies should be, in percent.", allows: `int & >0 & <=100`, preset: `70`, sets: []string{`50`, `85`}, wrong: `170`},
	}}},
	{"queue", group{"The work that waits.", []value{
		{path: "name", doc: "The name of the queue.", allows: `string & =~"^[a-z-]+$"`, preset: `"work"`, sets: []string{`"bulk"`, `"urgent"`}, wrong: `"Work 1"`, isText: true},
		{path: "workers", doc: "How many pieces of it are done at the same time.", allows: `uint & >=1 & <=64`, preset: `4`, offers: `8`,
			sets: []string{`1`, `16`}, wrong: `100`},
		{path: "retries", doc: "How often a piece that failed is tried again.", allows: `int & >=0 & <=10`, preset: `3`, sets: []string{`0`, `5`}, wrong: `11`},
	}}},
	{"schedule", group{"When it cleans up.", []value{
		{path: "cron", doc: "The time, in cron notation.", allows: `string`, preset: `"30 1 * * *"`, offers: `"45 2 * * *"`,
			sets: []string{`"0 4 * * 0"`}, wrong: `4`, isText: true},
		{path: "keep", doc: "What is younger stays, such as \"14d\".", allows: `string & =~"^[1-9][0-9]*d$"`, preset: `"14d"`,
			sets: []string{`"2d"`, `"60d"`}, wrong: `"a week"`, isText: true},
	}}},
}

// extension is what every Module adds to its definition.
var extension = []value{
	{path: "platform.logs.keepFor", doc: "For how long log lines are kept, in days.", allows: `string & =~"^[1-9][0-9]*d$"`, preset: `"14d"`,
		sets: []string{`"2d"`, `"60d"`}, wrong: `"14"`, isText: true},
	{path: "platform.onCall.channel", doc: "The chat channel that gets the alarms.", allows: `string & =~"^#"`, preset: `"#platform-alarms"`,
		sets: []string{`"#NAME-alarms"`}, wrong: `"alarms"`, isText: true},
	{path: "platform.onCall.threshold", doc: "How bad it has to be before someone is woken.", allows: `"any" | "degraded" | "down"`, preset: `"down"`,
		sets: []string{`"any"`, `"degraded"`}, wrong: `"never"`, isText: true},
}

// structDocs says what the structs are that are no group.
var structDocs = map[string]string{
	"image":            "The image that the server runs.",
	"database.storage": "The disk of the database.",
	"platform":         "What the platform adds to every application.",
	"platform.logs":    "Where the log lines go.",
	"platform.onCall":  "Who looks when it is down.",
}
