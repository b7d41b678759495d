CREATE TABLE public.briefs (
    id character varying(32) NOT NULL,
    workspace character varying(255) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    "json" text NOT NULL
);
CREATE TABLE public.items (
    id character varying(32) NOT NULL,
    request character varying(32) NOT NULL,
    "position" integer NOT NULL,
    link text,
    text text,
    message text,
    brief character varying(32),
    problem text,
    delivered boolean NOT NULL,
    tries integer NOT NULL
);
CREATE TABLE public.requests (
    id character varying(32) NOT NULL,
    workspace character varying(255) NOT NULL,
    adapter character varying(32) NOT NULL,
    key character varying(255) NOT NULL,
    asker text NOT NULL,
    place json NOT NULL,
    accepted_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);
CREATE TABLE public.snapshots (
    id character varying(32) NOT NULL,
    workspace character varying(255) NOT NULL,
    sha256 character varying(64) NOT NULL,
    url text NOT NULL,
    final_url text NOT NULL,
    media_type text NOT NULL,
    charset text,
    fetched_at timestamp with time zone NOT NULL,
    body bytea NOT NULL
);
INSERT INTO public.briefs VALUES ('f69f33fbd26b4190a577d9f985f779a0', 'slack:T1', '2026-11-22 21:10:25.842219+00', '{"version":"brief/1","article":{"title":"Harbour wall will cost twice as much, council admits","byline":"Ida Quill","outlet":"The Ellery Post","published":"2026-03-17","language":"en","url":"https://post.example/harbour?utm_source=x","canonical_url":"https://post.example/harbour","fetched_at":"2026-03-18T09:30:00Z","words":90,"paragraphs":4,"text":"Harbour wall will cost twice as much, council admits\n\nThe new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the town council admitted on Tuesday.\n\n“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council''s finance chief. “Nobody has pocketed a penny.”\n\nShe added that the wall would be finished by 2028.\n\nFishermen fear the delay. Tomas Reyl, who leads the harbour union, called the plan “a disaster for every boat in the bay” and said 40 boats had left since March.","text_sha256":"f93b822f9961564ca18cfbd0d8cc00b93f5906d4a479f09d5c3d8f353fce785c","dropped":[{"reason":"subscribe box","text":"Sign up for our newsletter"},{"reason":"comment form","text":"Leave a reply"}],"fingerprint":null,"snapshot_sha256":null,"published_sure":true},"summary":[{"passage":{"text":"The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the town council admitted on Tuesday.","start":54,"end":201,"paragraph":1},"shown":"The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the town council admitted on Tuesday."},{"passage":{"text":"She added that the wall would be finished by 2028.","start":334,"end":384,"paragraph":3},"shown":"She [Maren Holt] added that the wall would be finished by 2028."}],"speakers":[{"id":"s1","name":"Maren Holt","kind":"person","role":{"text":"the council''s finance chief","start":273,"end":300,"paragraph":2},"name_at":{"text":"Maren Holt","start":261,"end":271,"paragraph":2},"quotes":["q2","q3"]},{"id":"s2","name":"the town council","kind":"organisation","role":null,"name_at":{"text":"the town council","start":164,"end":180,"paragraph":1},"quotes":["q1"]},{"id":"s3","name":"Tomas Reyl","kind":"person","role":{"text":"who leads the harbour union","start":424,"end":451,"paragraph":4},"name_at":{"text":"Tomas Reyl","start":412,"end":422,"paragraph":4},"quotes":["q4"]}],"quotes":[{"id":"q1","speaker":"s2","type":"indirect","source":[{"text":"the town council","start":164,"end":180,"paragraph":1}],"cue":[{"text":"admitted","start":181,"end":189,"paragraph":1}],"content":[{"text":"The new harbour wall in Port Ellery will cost 48 million pounds","start":54,"end":117,"paragraph":1}],"quoted":[],"confidence":null,"candidate":[],"chain":[]},{"id":"q2","speaker":"s1","type":"direct","source":[{"text":"Maren Holt","start":261,"end":271,"paragraph":2}],"cue":[{"text":"said","start":256,"end":260,"paragraph":2}],"content":[{"text":"“We got the numbers wrong, and I am sorry for that,”","start":203,"end":255,"paragraph":2},{"text":"“Nobody has pocketed a penny.”","start":302,"end":332,"paragraph":2}],"quoted":[{"text":"We got the numbers wrong, and I am sorry for that,","start":204,"end":254,"paragraph":2},{"text":"Nobody has pocketed a penny.","start":303,"end":331,"paragraph":2}],"confidence":null,"candidate":[],"chain":[]},{"id":"q3","speaker":"s1","type":"indirect","source":[{"text":"She","start":334,"end":337,"paragraph":3}],"cue":[{"text":"added","start":338,"end":343,"paragraph":3}],"content":[{"text":"that the wall would be finished by 2028","start":344,"end":383,"paragraph":3}],"quoted":[],"confidence":null,"candidate":[],"chain":[]},{"id":"q4","speaker":"s3","type":"mixed","source":[{"text":"Tomas Reyl","start":412,"end":422,"paragraph":4}],"cue":[{"text":"called","start":453,"end":459,"paragraph":4}],"content":[{"text":"the plan “a disaster for every boat in the bay”","start":460,"end":507,"paragraph":4}],"quoted":[{"text":"a disaster for every boat in the bay","start":470,"end":506,"paragraph":4}],"confidence":null,"candidate":[],"chain":[]},{"id":"q5","speaker":null,"type":"indirect","source":[],"cue":[{"text":"fear","start":396,"end":400,"paragraph":4}],"content":[{"text":"the delay","start":401,"end":410,"paragraph":4}],"quoted":[],"confidence":null,"candidate":[],"chain":[]}],"claims":[{"id":"c1","content":[{"text":"The new harbour wall in Port Ellery will cost 48 million pounds","start":54,"end":117,"paragraph":1}],"quoted":[],"quote":"q1","claimer":"s2","cue":[{"text":"admitted","start":181,"end":189,"paragraph":1}],"score":0.91,"reasons":["figure"]},{"id":"c2","content":[{"text":"40 boats had left since March","start":517,"end":546,"paragraph":4}],"quoted":[],"quote":null,"claimer":null,"cue":[],"score":0.64,"reasons":["figure"]}],"entities":[{"name":"Maren Holt","kind":"person","mentions":[{"text":"Maren Holt","start":261,"end":271,"paragraph":2}]},{"name":"Tomas Reyl","kind":"person","mentions":[{"text":"Tomas Reyl","start":412,"end":422,"paragraph":4}]},{"name":"Port Ellery","kind":"place","mentions":[{"text":"Port Ellery","start":78,"end":89,"paragraph":1}]},{"name":"48 million pounds","kind":"money","mentions":[{"text":"48 million pounds","start":100,"end":117,"paragraph":1}]}],"notes":[{"code":"undated","text":"“Tuesday” has no date in the text.","passage":{"text":"Tuesday","start":193,"end":200,"paragraph":1}},{"code":"plain-reading","text":"This is a plain reading by rules on grammar.","passage":null}]}');
INSERT INTO public.items VALUES ('ad3dd10b9b6b4fdc823e900ca8589564', '22141acb1c214473b2bf0a7d486c4395', 1, NULL, 'A pasted story.', NULL, NULL, NULL, false, 0);
INSERT INTO public.items VALUES ('6dad855df3ad44e69ca3e2dd78d8c926', '22141acb1c214473b2bf0a7d486c4395', 0, 'https://post.example/harbour', NULL, '1.2', 'f69f33fbd26b4190a577d9f985f779a0', NULL, true, 1);
INSERT INTO public.items VALUES ('9ed5685b75e746a78791a15aef015b18', 'd61c63874fed411aa36ee2dc50fc2664', 0, 'https://post.example/gone', NULL, NULL, NULL, 'The page does not exist.', false, 0);
INSERT INTO public.requests VALUES ('22141acb1c214473b2bf0a7d486c4395', 'slack:T1', 'slack', 'C1:1.1', 'U1', '{"channel": "C1", "ts": "1.1", "thread_ts": "1.1"}', '2026-11-22 21:10:25.822266+00', NULL);
INSERT INTO public.requests VALUES ('d61c63874fed411aa36ee2dc50fc2664', 'discord:7', 'discord', '99', 'U2', '{"channel": "C9"}', '2026-11-22 21:10:25.86205+00', '2026-11-22 21:10:25.873704+00');
INSERT INTO public.snapshots VALUES ('73d829d80dff432fb2f13d811f0b8fc9', 'slack:T1', '3e1697666e8914e094212117e86cff56cff62ce55ebd7f529ff89cf41af97632', 'https://post.example/harbour?utm_source=x', 'https://post.example/harbour', 'text/html', 'utf-8', '2026-03-18 09:30:00+00', '\x789cb329b00bc94855c8482c4aca2f2d52284fccc9d10300494b071d');
ALTER TABLE ONLY public.briefs
    ADD CONSTRAINT briefs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.items
    ADD CONSTRAINT items_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.requests
    ADD CONSTRAINT one_request_a_delivery UNIQUE (workspace, adapter, key);
ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.snapshots
    ADD CONSTRAINT snapshots_pkey PRIMARY KEY (id);
CREATE INDEX ix_items_request ON public.items USING btree (request);
CREATE INDEX ix_requests_finished_at ON public.requests USING btree (finished_at);
CREATE INDEX ix_snapshots_fetched_at ON public.snapshots USING btree (fetched_at);
CREATE INDEX snapshots_of_a_workspace ON public.snapshots USING btree (workspace, sha256);
ALTER TABLE ONLY public.items
    ADD CONSTRAINT items_brief_fkey FOREIGN KEY (brief) REFERENCES public.briefs(id);
ALTER TABLE ONLY public.items
    ADD CONSTRAINT items_request_fkey FOREIGN KEY (request) REFERENCES public.requests(id);
