"""Mutants of the rules of channels and of the relay (Y1–Y4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

CLAIMING = "engine/service/delivery/claiming.py"
LANES = "engine/service/delivery/lanes.py"
RELAYING = "engine/service/delivery/relaying.py"
RELAY = "notifications/relay.py"
SMTP = "notifications/channels/smtp.py"
WEB = "notifications/web.py"
WEBHOOK = "notifications/channels/webhook.py"
WECOM = "notifications/channels/wecom.py"
SETTINGS = "notifications/settings.py"

MUTANTS = (
    mutant(
        "Y1a",
        CLAIMING,
        "if one.lease == batch.token and",
        'if one.lease.split("#")[0] == batch.token.split("#")[0] and',
        "channels::test_a_result_of_a_lease_that_another_took_is_left_out_though_both_workers_bear_one_name",
    ),
    mutant(
        "Y1b",
        CLAIMING,
        "now < self.at + LEASE - MARGIN and ",
        "",
        "channels::test_what_the_lease_no_longer_covers_is_only_sent_under_another",
    ),
    mutant(
        "Y1c",
        CLAIMING,
        " and steady - self.steady < TURN.total_seconds()",
        "",
        "channels::test_a_clock_that_was_set_back_makes_no_lease_longer",
    ),
    mutant(
        "Y1d",
        RELAYING,
        "held(work, batch, untried).values():",
        "():",
        "channels::test_who_is_told_to_stop_ends_after_the_message_at_hand_and_gives_the_others_back",
    ),
    mutant(
        "Y2a",
        LANES,
        "if self.left.get(known, 1) <= 0:",
        "if False:",
        "channels::test_nobody_is_sent_more_than_a_channel_allows_and_what_waits_takes_no_attempt",
    ),
    mutant(
        "Y2b",
        CLAIMING,
        "reserved(lane, one, until)",
        "reserved(lane, one, now)",
        "channels::test_limits_hold_across_workers_and_what_a_dead_one_may_have_sent_counts_until_its_lease_is_over",
    ),
    mutant(
        "Y2c",
        RELAYING,
        "work.put(replace(sending, at=answered[sending.ref]))",
        "work.put(replace(sending, at=batch.at))",
        "channels::test_a_message_counts_from_the_moment_its_result_was_known",
    ),
    mutant(
        "Y2d",
        CLAIMING,
        "hold_up(work, lane.channel, {one: at for one, at in allowed.full_until.items() if at > now})",
        "pass",
        "channels::test_a_recipient_at_its_limit_holds_up_nobody_behind_it",
    ),
    mutant(
        "Y2e",
        LANES,
        "now - LONGEST_WINDOW, now + LONGEST_WINDOW",
        "now - LONGEST_WINDOW, now + 90000 * LONGEST_WINDOW",
        "channels::test_a_clock_that_was_ten_years_ahead_and_set_back_blocks_nobody",
    ),
    mutant(
        "Y3a",
        RELAY,
        "* (1 + SPREAD * part)",
        "",
        "unit/test_relay::test_what_failed_together_does_not_come_back_together_but_a_run_repeats",
    ),
    mutant(
        "Y3b",
        RELAY,
        "message.attempts + (not waits)",
        "message.attempts + 1",
        "unit/test_relay::test_what_must_wait_through_no_fault_of_its_own_costs_no_attempt",
    ),
    mutant(
        "Y3c",
        RELAY,
        "now + max(pause, made.after)",
        "now + pause",
        "unit/test_relay::test_a_server_that_asks_for_time_gets_it_within_reason",
    ),
    mutant(
        "Y3d",
        RELAY,
        " or attempts > len(PAUSES):",
        ":",
        "unit/test_relay::test_after_the_last_pause_a_message_has_failed",
    ),
    mutant(
        "Y3e",
        RELAY,
        """            if any(mark.whole for mark in marks):
                return
""",
        "",
        "unit/test_relay::test_once_a_channel_fails_as_a_whole_the_rest_of_its_messages_is_not_tried",
    ),
    mutant(
        "Y3f",
        LANES,
        "    work.put(_after(lane, [mark for mark in marks if mark.whole], marks, now, patience=0))\n",
        "",
        "channels::test_a_channel_that_fails_as_a_whole_is_probed_with_one_message_and_the_others_lose_no_attempt",
    ),
    mutant(
        "Y3g",
        RELAY,
        '            silent |= {mark.recipient for mark in marks if mark.state == "queued"}\n',
        "",
        "channels::test_a_recipient_that_fails_again_and_again_waits_while_the_others_are_served",
    ),
    mutant(
        "Y3h",
        RELAYING,
        "        except PhasegateError as error:\n            failure = error",
        "        except ZeroDivisionError:\n            pass",
        "channels::test_results_of_one_campaign_are_recorded_though_another_cannot_be",
    ),
    mutant(
        "Y3i",
        CLAIMING,
        "    except NoticeError as error:",
        "    except ZeroDivisionError as error:",
        "channels::test_a_message_that_cannot_be_made_fails_alone_with_its_reason",
    ),
    mutant(
        "Y3j",
        CLAIMING,
        "found = [known[id] for id in ids]",
        "found = [known[id] for id in sorted(ids)]",
        "channels::test_a_letter_at_which_the_server_always_shuts_keeps_no_other_from_going",
    ),
    mutant(
        "Y3k",
        SMTP,
        'return all_alike(envelope, "wait", str(error), whole=True)',
        'return all_alike(envelope, "later", str(error), whole=True)',
        "unit/test_rude_servers::test_what_a_rude_mail_server_does_to_a_message_and_to_its_channel",
    ),
    mutant(
        "Y3l",
        SMTP,
        'untaken: Outcome = "wait"',
        'untaken: Outcome = "later"',
        "unit/test_rude_servers::test_a_server_that_hangs_at_the_recipient_costs_the_letter_no_attempt",
    ),
    mutant(
        "Y3m",
        SMTP,
        "is_servers = code in AT_A_LOSS and",
        "is_servers = False and",
        "unit/test_rude_servers::test_what_a_rude_mail_server_does_to_a_message_and_to_its_channel",
    ),
    mutant(
        "Y4a",
        "notifications/qyapi.py",
        "return Said(code, str",
        "return Said(0 if reply.status == 200 else code, str",
        "unit/test_wecom::test_the_code_of_the_reply_decides_and_not_that_of_http",
    ),
    mutant(
        "Y4b",
        WECOM,
        "if said.code == 0 and member.lower() in _left_out(said):",
        "if False:",
        "unit/test_wecom::test_a_member_that_wecom_left_out_is_refused_though_the_call_succeeded",
    ),
    mutant(
        "Y4c",
        WEB,
        "    if why := forbids(address):",
        "    if False:",
        "unit/test_webhook::test_nothing_is_posted_to_what_is_private_or_no_address",
    ),
    mutant(
        "Y4d",
        WEB,
        "return socket.create_connection((address, self.port), self.timeout)",
        "return socket.create_connection((self.host, self.port), self.timeout)",
        "unit/test_web::test_the_connection_goes_to_the_very_address_that_was_looked_at",
    ),
    mutant(
        "Y4e",
        "notifications/reach.py",
        '        WRAPPED: ("::ffff:0:0/96", ',
        "        WRAPPED: (",
        "unit/test_web::test_nothing_is_sent_to_an_address_that_is_not_plainly_public",
    ),
    mutant(
        "Y4f",
        WEBHOOK,
        'f"{id}.{at}.".encode() + body',
        "body",
        "unit/test_webhook::test_a_receiver_that_knows_the_secret_can_hold_the_signature_against_id_time_and_body",
    ),
    mutant(
        "Y4g",
        "notifications/bounded.py",
        "            cut_off(sock())\n",
        "",
        "unit/test_web::test_a_server_that_drips_its_head_is_cut_off_though_no_single_byte_is_late",
    ),
    mutant(
        "Y4h",
        RELAY,
        "detail=masked(one.detail, known)",
        "detail=one.detail",
        "unit/test_wecom::test_secret_key_and_token_show_nowhere_even_where_the_server_repeats_them",
    ),
    mutant(
        "Y4i",
        SETTINGS,
        """return f"<secret {MASK}>" if self._text else "<no secret>\"""",
        "return self._text",
        "unit/test_settings::test_a_secret_shows_in_no_form_of_output",
    ),
    mutant(
        "Y4j",
        SMTP,
        "answers.items() if 200 <= code < 300]",
        "answers.items() if code in (250, 251)]",
        "unit/test_rude_servers::test_whoever_is_taken_by_any_2xx_is_given_the_letter_and_only_then_is_it_sent",
    ),
    mutant(
        "Y4k",
        WEB,
        "if not 100 <= self.status < 200 or",
        "if self.status or",
        "unit/test_rude_servers::test_what_a_rude_web_server_does_to_a_message",
    ),
    mutant(
        "Y4l",
        "engine/bootstrap.py",
        "        raise BadSettings(found)\n",
        "        found.clear()\n",
        "acceptance/test_settings_told::test_a_sweep_begins_nothing_while_a_setting_is_wrong_and_names_each",
    ),
    mutant(
        "Y4m",
        "engine/store/database.py",
        "    return f\"{scheme[1] if scheme and scheme[1] else ''}***\"\n",
        "    return url\n",
        "unit/test_settings_at_start::test_no_url_of_a_database_shows_its_password",
    ),
)
