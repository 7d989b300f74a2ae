/* envelope - a mail as in a list's archive; see envelope.h */
#include "tests/bench/envelope.h"

#include <string.h>

#include "tests/bench/words.h"

#define LIST         "bench-devel"
#define LIST_HOST    "lists.bench.example.org"
#define LIST_ADDRESS LIST "@" LIST_HOST
#define FOLD_COLUMNS 76

char *envelope_date(int64_t date, int zone_min)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) t = g_date_time_new_from_unix_utc(date + zone_min * 60);
	int zone = ABS(zone_min);

	return g_strdup_printf(
		"%s, %d %s %d %02d:%02d:%02d %c%02d%02d", days[g_date_time_get_day_of_week(t) - 1],
		g_date_time_get_day_of_month(t), months[g_date_time_get_month(t) - 1],
		g_date_time_get_year(t), g_date_time_get_hour(t), g_date_time_get_minute(t),
		g_date_time_get_second(t), zone_min < 0 ? '-' : '+', zone / 60, zone % 60);
}

static bool is_ascii(const char *text)
{
	return g_str_is_ascii(text);
}

char *envelope_phrase(const char *utf8)
{
	GString *out;

	if (is_ascii(utf8))
		return g_strdup(utf8);
	out = g_string_new("=?utf-8?q?");
	for (; *utf8 != '\0'; utf8++) {
		if (g_ascii_isalnum(*utf8))
			g_string_append_c(out, *utf8);
		else if (*utf8 == ' ')
			g_string_append_c(out, '_');
		else
			g_string_append_printf(out, "=%02X", (unsigned char)*utf8);
	}
	g_string_append(out, "?=");
	return g_string_free(out, FALSE);
}

/* ---- headers */

/* "Name: words", folded at blanks. */
static void folded(GString *out, const char *name, const char *value)
{
	size_t line = out->len;

	g_string_append_printf(out, "%s:", name);
	while (*value != '\0') {
		size_t length = strcspn(value, " ");

		if (out->len - line + length > FOLD_COLUMNS && out->len - line > 12) {
			g_string_append_c(out, '\n');
			line = out->len;
		}
		g_string_append_c(out, ' ');
		g_string_append_len(out, value, (gssize)length);
		value += length + (value[length] == ' ');
	}
	g_string_append_c(out, '\n');
}

/* Base64 in lines of a signature's width. */
static void signature(GRand *dice, GString *out, int length)
{
	for (; length > 72; length -= 72) {
		words_base64(dice, out, 72);
		g_string_append(out, "\n ");
	}
	words_base64(dice, out, length);
	g_string_append(out, "=\n");
}

static void dkim(GRand *dice, GString *out, const char *name, const char *domain, int64_t date,
		 int length)
{
	g_string_append_printf(
		out,
		"%s: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=%d;\n"
		" t=%" G_GINT64_FORMAT "; x=%" G_GINT64_FORMAT ";\n"
		" h=from:from:reply-to:subject:subject:date:date:message-id:message-id:\n"
		" to:to:cc:cc:mime-version:mime-version:content-type:content-type:\n"
		" content-transfer-encoding:content-transfer-encoding:\n"
		" in-reply-to:in-reply-to:references:references;\n bh=",
		name, domain, words_range(dice, 20200000, 20230601), date, date + 604800);
	words_base64(dice, out, 43);
	g_string_append(out, "=;\n b=");
	signature(dice, out, length);
}

static void received(GRand *dice, GString *out, const char *from, const char *by, bool tls,
		     int64_t date)
{
	g_autofree char *when = envelope_date(date, 0);

	g_string_append_printf(out,
			       "Received: from %s (%s\n [IPv6:2a07:de40:b2%02x:%d:10:150:64:%d])\n",
			       from, from, (unsigned)words_range(dice, 0, 255),
			       words_range(dice, 1, 400), words_range(dice, 1, 250));
	if (tls)
		g_string_append(
			out, " (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
			     " key-exchange X25519 server-signature RSA-PSS (2048 bits) "
			     "server-digest SHA256)\n (No client certificate requested)\n");
	g_string_append_printf(out, " by %s (Postfix) with ESMTP%s id ", by, tls ? "S" : "");
	words_hex(dice, out, 11);
	g_string_append_printf(out, "\n for <" LIST_ADDRESS ">; %s (UTC)\n", when);
}

static void list_hops(GRand *dice, const struct letter *letter, GString *out)
{
	g_string_append(out, "Return-Path: <" LIST "-bounces+archive=bench.example.net@" LIST_HOST
			     ">\nX-Original-To: archive@bench.example.net\n"
			     "Delivered-To: archive@bench.example.net\n");
	received(dice, out, "picard." LIST_HOST, "mail.bench.example.net", true,
		 letter->arrival + 9);
	received(dice, out, "localhost", "picard." LIST_HOST, false, letter->arrival + 6);
	g_string_append(out, "X-Original-To: " LIST_ADDRESS "\nDelivered-To: " LIST
			     "@picard." LIST_HOST "\n");
	received(dice, out, "in-4.smtp." LIST_HOST, "picard." LIST_HOST, true, letter->arrival + 3);
	g_string_append_printf(out,
			       "Authentication-Results: in-4.smtp." LIST_HOST ";\n"
			       "\tdkim=pass (2048-bit key; unprotected) header.d=%s "
			       "header.i=@%s header.a=rsa-sha256 header.s=%d header.b=",
			       letter->from->host, letter->from->host,
			       words_range(dice, 20200000, 20230601));
	words_base64(dice, out, 8);
	g_string_append_printf(out,
			       ";\n\tdkim-atps=neutral\n spf=pass (sender SPF authorized) "
			       "smtp.mailfrom=%s\n (client-ip=2a07:de40:b251:101:10:150:64:%d; "
			       "helo=smtp-out1.%s;\n envelope-from=%s; receiver=" LIST_HOST ")\n",
			       letter->from->host, words_range(dice, 1, 250), letter->from->host,
			       letter->from->email);
}

static void google(GRand *dice, const struct letter *letter, GString *out)
{
	g_autofree char *when = envelope_date(letter->date + 1, -480);

	received(dice, out, "mail-wm1-x32f.google.example", "in-4.smtp." LIST_HOST, true,
		 letter->arrival);
	for (int i = 0; i < 2; i++)
		dkim(dice, out, i == 0 ? "DKIM-Signature" : "X-Google-DKIM-Signature",
		     letter->from->host, letter->date, 343);
	g_string_append(out, "X-Gm-Message-State: AOJu0Y");
	signature(dice, out, 80);
	g_string_append(out, "X-Gm-Gg: ASbGnc");
	signature(dice, out, 310);
	g_string_append(out, "X-Google-Smtp-Source: AGHT+I");
	signature(dice, out, 70);
	g_string_append(out, "X-Received: by 2002:a05:600c:");
	words_hex(dice, out, 4);
	g_string_append_printf(out, ":b0:%x:%x:%x with SMTP id\n ",
			       (unsigned)words_range(dice, 4096, 65535),
			       (unsigned)words_range(dice, 4096, 65535),
			       (unsigned)words_range(dice, 4096, 65535));
	words_hex(dice, out, 22);
	g_string_append_printf(out, "mr%d.7.%" G_GINT64_FORMAT ";\n %s (PST)\n",
			       words_range(dice, 100000, 99999999), letter->date + 1, when);
	received(dice, out, "localhost.localdomain", "smtp.google.example", true, letter->date);
}

static void company(GRand *dice, const struct letter *letter, GString *out)
{
	const char *host = letter->from->host;
	g_autofree char *out_server = g_strconcat("smtp-out1.", host, NULL);
	g_autofree char *inner = g_strconcat("imap1.dmz-prg2.", host, NULL);

	received(dice, out, out_server, "in-4.smtp." LIST_HOST, true, letter->arrival);
	received(dice, out, inner, out_server, true, letter->date + 2);
	for (int i = 0; i < 3; i++)
		dkim(dice, out, "DKIM-Signature", host, letter->date, i == 1 ? 86 : 171);
	g_string_append_printf(out, "Authentication-Results: %s;\n\tnone\n", out_server);
	received(dice, out, "localhost", inner, false, letter->date + 1);
	received(dice, out, "director2", inner, false, letter->date);
	g_string_append_printf(
		out,
		"X-Spamd-Result: default: False [-%d.%02d / 50.00]; REPLY(-4.00)[];\n"
		" BAYES_HAM(-3.00)[%d.%02d%%]; NEURAL_HAM_LONG(-1.00)[-1.000];\n"
		" NEURAL_HAM_SHORT(-0.20)[-0.%03d]; MIME_GOOD(-0.10)[text/plain];\n"
		" RCVD_VIA_SMTP_AUTH(0.00)[]; ARC_NA(0.00)[]; MISSING_XM_UA(0.00)[];\n"
		" MIME_TRACE(0.00)[0:+]; TO_DN_SOME(0.00)[]; RCVD_TLS_ALL(0.00)[];\n"
		" FUZZY_BLOCKED(0.00)[rspamd.com]; RCPT_COUNT_FIVE(0.00)[%d];\n"
		" DKIM_SIGNED(0.00)[%s:s=%s_rsa,%s:s=%s_ed25519]; FROM_HAS_DN(0.00)[];\n"
		" DBL_BLOCKED_OPENRESOLVER(0.00)[%s:email,%s:mid,%s:helo];\n"
		" FROM_EQ_ENVFROM(0.00)[]; RCVD_COUNT_TWO(0.00)[2];\n"
		" TO_MATCH_ENVRCPT_ALL(0.00)[]\n"
		"X-Spam-Score: -%d.%d\nX-Rspamd-Action: no action\nX-Rspamd-Queue-Id: ",
		words_range(dice, 3, 9), words_range(dice, 0, 99), words_range(dice, 80, 99),
		words_range(dice, 0, 99), words_range(dice, 0, 999), words_range(dice, 2, 15), host,
		host, host, host, host, host, inner, words_range(dice, 3, 9),
		words_range(dice, 0, 99));
	words_hex(dice, out, 10);
	g_string_append_printf(out, "\nX-Rspamd-Server: rspamd2.dmz-prg2.%s\n", host);
}

static void own(GRand *dice, const struct letter *letter, GString *out)
{
	const char *host = letter->from->host;

	received(dice, out, host, "in-4.smtp." LIST_HOST, true, letter->arrival);
	dkim(dice, out, "DKIM-Signature", host, letter->date, 343);
	received(dice, out, "workstation.local", host, true, letter->date);
	g_string_append(
		out, "X-Developer-Signature: v=1; a=openpgp-sha256; l=4711;\n h=from:subject; b=");
	signature(dice, out, 560);
	g_string_append(out, "X-IronPort-AV: E=McAfee;i=\"6800,10657,11533\"; a=\"");
	signature(dice, out, 8);
	g_string_append(out, "X-CSE-ConnectionGUID: ");
	words_base64(dice, out, 22);
	g_string_append(out, "==\nX-CSE-MsgGUID: ");
	words_base64(dice, out, 22);
	g_string_append(out, "==\n");
}

static void addressees(const struct letter *letter, GString *out)
{
	g_autoptr(GString) cc = g_string_new(NULL);

	for (int i = 1; i < letter->cc_count; i++)
		g_string_append_printf(cc, "%s%s", i > 1 ? ", " : "", letter->cc[i]->header);
	if (letter->cc_count > 0) {
		folded(out, "To", letter->cc[0]->header);
		g_string_append_printf(cc, "%s" LIST_ADDRESS, cc->len > 0 ? ", " : "");
		folded(out, "Cc", cc->str);
	} else {
		folded(out, "To", LIST_ADDRESS);
	}
}

static void own_headers(const struct letter *letter, GString *out)
{
	g_autofree char *date = envelope_date(letter->date, letter->from->zone_min);

	g_string_append_printf(out, "From: %s\n", letter->from->header);
	folded(out, "Subject", letter->subject);
	g_string_append_printf(out, "Date: %s\n", date);
	addressees(letter, out);
	g_string_append_printf(out, "Message-ID: %s\n", letter->msgid);
	if (letter->references != NULL) {
		const char *nearest = strrchr(letter->references, '<');

		g_string_append_printf(out, "In-Reply-To: %s\n", nearest);
		folded(out, "References", letter->references);
	}
	if (letter->by_git)
		g_string_append(out, "X-Mailer: git-send-email 2.43.0\n");
	else
		g_string_append(out, "User-Agent: Mozilla Thunderbird\nContent-Language: en-US\n");
}

static void list_headers(GString *out)
{
	g_string_append(
		out,
		"X-Spam-Status: No, score=0.1 required=7.0 tests=DKIM_SIGNED,DKIM_VALID,\n"
		" DKIM_VALID_AU,DKIM_VALID_EF,SPF_HELO_NONE,SPF_PASS shortcircuit=no\n"
		" autolearn=disabled version=4.0.1\n"
		"X-Spam-Checker-Version: SpamAssassin 4.0.1 (2024-03-25) on\n in-4.smtp." LIST_HOST
		"\nX-Virus-Scanned: clamav-milter 1.0.7 at in-4.smtp." LIST_HOST
		"\nX-Virus-Status: Clean\nX-BeenThere: " LIST_ADDRESS
		"\nX-Mailman-Version: 2.1.29\nPrecedence: list\n"
		"List-Id: Development of the bench <" LIST "." LIST_HOST ">\n"
		"List-Unsubscribe: <https://" LIST_HOST "/options/" LIST ">,\n <mailto:" LIST
		"-request@" LIST_HOST "?subject=unsubscribe>\n"
		"List-Archive: <http://" LIST_HOST "/pipermail/" LIST "/>\n"
		"List-Post: <mailto:" LIST_ADDRESS ">\n"
		"List-Help: <mailto:" LIST "-request@" LIST_HOST "?subject=help>\n"
		"List-Subscribe: <https://" LIST_HOST "/listinfo/" LIST ">,\n <mailto:" LIST
		"-request@" LIST_HOST "?subject=subscribe>\n"
		"Errors-To: " LIST "-bounces+archive=bench.example.net@" LIST_HOST "\n"
		"Sender: \"" LIST "\" <" LIST "-bounces+archive=bench.example.net@" LIST_HOST
		">\nMIME-Version: 1.0\n");
}

/* ---- bodies */

static void base64(GString *out, const char *text, size_t length)
{
	g_autofree char *all = g_base64_encode((const guchar *)text, length);
	size_t left = strlen(all);

	for (const char *p = all; left > 0;) {
		size_t line = MIN(left, 76);

		g_string_append_len(out, p, (gssize)line);
		g_string_append_c(out, '\n');
		p += line;
		left -= line;
	}
}

static void quoted_printable(GString *out, const char *text, size_t length)
{
	size_t column = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		bool at_end = i + 1 == length || text[i + 1] == '\n';

		if (c == '\n') {
			g_string_append_c(out, '\n');
			column = 0;
			continue;
		}
		if (column >= 72) {
			g_string_append(out, "=\n");
			column = 0;
		}
		if (c > 126 || c == '=' || ((c == ' ' || c == '\t') && at_end)) {
			g_string_append_printf(out, "=%02X", c);
			column += 3;
		} else {
			g_string_append_c(out, (char)c);
			column++;
		}
	}
}

/* Content-Type, Content-Transfer-Encoding, a blank line, and the text. */
static void text_part(const struct letter *letter, GString *out)
{
	enum encoding encoding = letter->from->encoding;
	const char *text = letter->body->str;
	const char *charset = is_ascii(text) ? "us-ascii" : "utf-8";
	g_autofree char *latin1 = NULL;
	gsize length = letter->body->len;

	if (encoding == ENCODING_LATIN1 && !is_ascii(text)) {
		latin1 =
			g_convert(text, (gssize)length, "ISO-8859-1", "UTF-8", NULL, &length, NULL);
		charset = latin1 != NULL ? "iso-8859-1" : "utf-8";
		text = latin1 != NULL ? latin1 : text;
		length = latin1 != NULL ? length : letter->body->len;
	}
	g_string_append_printf(out,
			       "Content-Type: text/plain; charset=\"%s\"\n"
			       "Content-Transfer-Encoding: %s\n\n",
			       charset,
			       encoding == ENCODING_BASE64  ? "base64"
			       : encoding != ENCODING_PLAIN ? "quoted-printable"
			       : is_ascii(text)             ? "7bit"
							    : "8bit");
	if (encoding == ENCODING_BASE64)
		base64(out, text, length);
	else if (encoding != ENCODING_PLAIN)
		quoted_printable(out, text, length);
	else
		g_string_append_len(out, text, (gssize)length);
}

static void signed_parts(GRand *dice, const struct letter *letter, GString *out)
{
	g_autoptr(GString) boundary = g_string_new("------------");

	words_base64(dice, boundary, 20);
	g_string_append_printf(
		out,
		"Content-Type: multipart/signed; micalg=pgp-sha512;\n"
		" protocol=\"application/pgp-signature\";\n boundary=\"%s\"\n\n--%s\n",
		boundary->str, boundary->str);
	text_part(letter, out);
	g_string_append_printf(
		out,
		"\n--%s\nContent-Type: application/pgp-signature; "
		"name=\"signature.asc\"\nContent-Description: OpenPGP digital signature\n\n"
		"-----BEGIN PGP SIGNATURE-----\n\n",
		boundary->str);
	for (int i = 0; i < 5; i++) {
		words_base64(dice, out, 64);
		g_string_append_c(out, '\n');
	}
	g_string_append_printf(out, "=Ab1c\n-----END PGP SIGNATURE-----\n\n--%s--\n",
			       boundary->str);
}

/* Append the text with `>` before each line that could be read as a separator, quoted or not. */
static void mboxrd(const GString *mail, GString *out)
{
	const char *line = mail->str, *end = line + mail->len;

	g_string_append(out, "From mboxrd@z Thu Jan  1 00:00:00 1970\n");
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *next = newline != NULL ? newline + 1 : end;

		if (strncmp(line + strspn(line, ">"), "From ", 5) == 0)
			g_string_append_c(out, '>');
		g_string_append_len(out, line, next - line);
		line = next;
	}
	g_string_append_c(out, '\n');
}

void envelope_write(GRand *dice, const struct letter *letter, GString *out)
{
	g_autoptr(GString) mail = g_string_sized_new(16384);

	list_hops(dice, letter, mail);
	switch (letter->from->route) {
	case ROUTE_GOOGLE:
		google(dice, letter, mail);
		break;
	case ROUTE_COMPANY:
		company(dice, letter, mail);
		break;
	case ROUTE_OWN:
		own(dice, letter, mail);
		break;
	}
	own_headers(letter, mail);
	list_headers(mail);
	if (letter->from->signs && !letter->by_git)
		signed_parts(dice, letter, mail);
	else
		text_part(letter, mail);
	mboxrd(mail, out);
}
