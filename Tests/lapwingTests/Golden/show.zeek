#separator \x09
#set_separator	,
#empty_field	(empty)
#unset_field	-
#path	conn
#fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	proto	service	duration	orig_bytes	resp_bytes	conn_state	history	orig_pkts	resp_pkts	label
#types	time	string	addr	port	addr	port	enum	string	interval	count	count	string	string	count	count	string
1767604199.000000	-	10.20.10.15	46321	10.20.1.53	123	udp	-	0.000000	76	76	S1	-	0	0	-
1767604199.000000	-	10.20.10.11	34956	45.68.86.20	20174	udp	-	0.000000	4009	31135	S1	-	0	0	-
