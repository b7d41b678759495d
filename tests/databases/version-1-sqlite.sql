PRAGMA user_version=1;
BEGIN TRANSACTION;
CREATE TABLE briefs (
	id VARCHAR(32) NOT NULL, 
	workspace VARCHAR(255) NOT NULL, 
	written_at DATETIME NOT NULL, 
	json TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "briefs" VALUES('bacc86ee1d69437dacc7dd62adb150db','slack:T1','2026-11-22 21:09:59.175045','{"version":"brief/1","article":{"title":"Harbour wall will cost twice as much, council admits","byline":"Ida Quill","outlet":"The Ellery Post","published":"2026-03-17","language":"en","url":"https://post.example/harbour?utm_source=x","canonical_url":"https://post.example/harbour","fetched_at":"2026-03-18T09:30:00Z","words":90,"paragraphs":4,"text":"Harbour wall will cost twice as much, council admits\n\nThe new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the town council admitted on Tuesday.\n\n“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council''s finance chief. “Nobody has pocketed a penny.”\n\nShe added that the wall would be finished by 2028.\n\nFishermen fear the delay. Tomas Reyl, who leads the harbour union, called the plan “a disaster for every boat in the bay” and said 40 boats had left since March.","text_sha256":"f93b822f9961564ca18cfbd0d8cc00b93f5906d4a479f09d5c3d8f353fce785c","dropped":[{"reason":"subscribe box","text":"Sign up for our newsletter"},{"reason":"comment form","text":"Leave a reply"}],"fingerprint":null,"snapshot_sha256":null,"published_sure":true},"summary":[{"passage":{"text":"The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the town council admitted on Tuesday.","start":54,"end":201,"paragraph":1},"shown":"The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the town council admitted on Tuesday."},{"passage":{"text":"She added that the wall would be finished by 2028.","start":334,"end":384,"paragraph":3},"shown":"She [Maren Holt] added that the wall would be finished by 2028."}],"speakers":[{"id":"s1","name":"Maren Holt","kind":"person","role":{"text":"the council''s finance chief","start":273,"end":300,"paragraph":2},"name_at":{"text":"Maren Holt","start":261,"end":271,"paragraph":2},"quotes":["q2","q3"]},{"id":"s2","name":"the town council","kind":"organisation","role":null,"name_at":{"text":"the town council","start":164,"end":180,"paragraph":1},"quotes":["q1"]},{"id":"s3","name":"Tomas Reyl","kind":"person","role":{"text":"who leads the harbour union","start":424,"end":451,"paragraph":4},"name_at":{"text":"Tomas Reyl","start":412,"end":422,"paragraph":4},"quotes":["q4"]}],"quotes":[{"id":"q1","speaker":"s2","type":"indirect","source":[{"text":"the town council","start":164,"end":180,"paragraph":1}],"cue":[{"text":"admitted","start":181,"end":189,"paragraph":1}],"content":[{"text":"The new harbour wall in Port Ellery will cost 48 million pounds","start":54,"end":117,"paragraph":1}],"quoted":[],"confidence":null,"candidate":[],"chain":[]},{"id":"q2","speaker":"s1","type":"direct","source":[{"text":"Maren Holt","start":261,"end":271,"paragraph":2}],"cue":[{"text":"said","start":256,"end":260,"paragraph":2}],"content":[{"text":"“We got the numbers wrong, and I am sorry for that,”","start":203,"end":255,"paragraph":2},{"text":"“Nobody has pocketed a penny.”","start":302,"end":332,"paragraph":2}],"quoted":[{"text":"We got the numbers wrong, and I am sorry for that,","start":204,"end":254,"paragraph":2},{"text":"Nobody has pocketed a penny.","start":303,"end":331,"paragraph":2}],"confidence":null,"candidate":[],"chain":[]},{"id":"q3","speaker":"s1","type":"indirect","source":[{"text":"She","start":334,"end":337,"paragraph":3}],"cue":[{"text":"added","start":338,"end":343,"paragraph":3}],"content":[{"text":"that the wall would be finished by 2028","start":344,"end":383,"paragraph":3}],"quoted":[],"confidence":null,"candidate":[],"chain":[]},{"id":"q4","speaker":"s3","type":"mixed","source":[{"text":"Tomas Reyl","start":412,"end":422,"paragraph":4}],"cue":[{"text":"called","start":453,"end":459,"paragraph":4}],"content":[{"text":"the plan “a disaster for every boat in the bay”","start":460,"end":507,"paragraph":4}],"quoted":[{"text":"a disaster for every boat in the bay","start":470,"end":506,"paragraph":4}],"confidence":null,"candidate":[],"chain":[]},{"id":"q5","speaker":null,"type":"indirect","source":[],"cue":[{"text":"fear","start":396,"end":400,"paragraph":4}],"content":[{"text":"the delay","start":401,"end":410,"paragraph":4}],"quoted":[],"confidence":null,"candidate":[],"chain":[]}],"claims":[{"id":"c1","content":[{"text":"The new harbour wall in Port Ellery will cost 48 million pounds","start":54,"end":117,"paragraph":1}],"quoted":[],"quote":"q1","claimer":"s2","cue":[{"text":"admitted","start":181,"end":189,"paragraph":1}],"score":0.91,"reasons":["figure"]},{"id":"c2","content":[{"text":"40 boats had left since March","start":517,"end":546,"paragraph":4}],"quoted":[],"quote":null,"claimer":null,"cue":[],"score":0.64,"reasons":["figure"]}],"entities":[{"name":"Maren Holt","kind":"person","mentions":[{"text":"Maren Holt","start":261,"end":271,"paragraph":2}]},{"name":"Tomas Reyl","kind":"person","mentions":[{"text":"Tomas Reyl","start":412,"end":422,"paragraph":4}]},{"name":"Port Ellery","kind":"place","mentions":[{"text":"Port Ellery","start":78,"end":89,"paragraph":1}]},{"name":"48 million pounds","kind":"money","mentions":[{"text":"48 million pounds","start":100,"end":117,"paragraph":1}]}],"notes":[{"code":"undated","text":"“Tuesday” has no date in the text.","passage":{"text":"Tuesday","start":193,"end":200,"paragraph":1}},{"code":"plain-reading","text":"This is a plain reading by rules on grammar.","passage":null}]}');
CREATE TABLE items (
	id VARCHAR(32) NOT NULL, 
	request VARCHAR(32) NOT NULL, 
	position INTEGER NOT NULL, 
	link TEXT, 
	text TEXT, 
	message TEXT, 
	brief VARCHAR(32), 
	problem TEXT, 
	delivered BOOLEAN NOT NULL, 
	tries INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(request) REFERENCES requests (id), 
	FOREIGN KEY(brief) REFERENCES briefs (id)
);
INSERT INTO "items" VALUES('372ae0690ff74bb99122bb9a2efc2662','7450f659024047e9987faa19f63582e7',0,'https://post.example/harbour',NULL,'1.2','bacc86ee1d69437dacc7dd62adb150db',NULL,1,1);
INSERT INTO "items" VALUES('16d7aa5e89b54b0787d8f5fb4d299ec4','7450f659024047e9987faa19f63582e7',1,NULL,'A pasted story.',NULL,NULL,NULL,0,0);
INSERT INTO "items" VALUES('65e9dc9fb92e4d4a927677aa913c967b','368a7f4592e342fab3fe8c6d9594f88c',0,'https://post.example/gone',NULL,NULL,NULL,'The page does not exist.',0,0);
CREATE TABLE requests (
	id VARCHAR(32) NOT NULL, 
	workspace VARCHAR(255) NOT NULL, 
	adapter VARCHAR(32) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	asker TEXT NOT NULL, 
	place JSON NOT NULL, 
	accepted_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	PRIMARY KEY (id), 
	CONSTRAINT one_request_a_delivery UNIQUE (workspace, adapter, "key")
);
INSERT INTO "requests" VALUES('7450f659024047e9987faa19f63582e7','slack:T1','slack','C1:1.1','U1','{"channel": "C1", "ts": "1.1", "thread_ts": "1.1"}','2026-11-22 21:09:59.130336',NULL);
INSERT INTO "requests" VALUES('368a7f4592e342fab3fe8c6d9594f88c','discord:7','discord','99','U2','{"channel": "C9"}','2026-11-22 21:09:59.190063','2026-11-22 21:09:59.210100');
CREATE TABLE snapshots (
	id VARCHAR(32) NOT NULL, 
	workspace VARCHAR(255) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	url TEXT NOT NULL, 
	final_url TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	charset TEXT, 
	fetched_at DATETIME NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "snapshots" VALUES('7351c1d1b2db4275b2f1ec16fe38de55','slack:T1','3e1697666e8914e094212117e86cff56cff62ce55ebd7f529ff89cf41af97632','https://post.example/harbour?utm_source=x','https://post.example/harbour','text/html','utf-8','2026-03-18 09:30:00.000000',X'789CB329B00BC94855C8482C4ACA2F2D52284FCCC9D10300494B071D');
CREATE INDEX ix_requests_finished_at ON requests (finished_at);
CREATE INDEX snapshots_of_a_workspace ON snapshots (workspace, sha256);
CREATE INDEX ix_snapshots_fetched_at ON snapshots (fetched_at);
CREATE INDEX ix_items_request ON items (request);
COMMIT;
