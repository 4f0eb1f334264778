"""The headers that never change of a channel of the embedded switch, as a FreeSWITCH with mod_sofia sends them.

Names and order are those of a recorded stream (FreeSWITCH 1.11.2); an event has some 130 headers in 6 KB.
"""

from __future__ import annotations

import re

CHANNEL_HEADERS = """\
Channel-State: \0
Channel-Call-State: \0
Channel-State-Number: \0
Channel-Name: %(name)s
Unique-ID: %(uuid)s
Call-Direction: %(direction)s
Presence-Call-Direction: %(direction)s
Channel-HIT-Dialplan: true
Channel-Call-UUID: %(uuid)s
Answer-State: \0
Channel-Read-Codec-Name: PCMU
Channel-Read-Codec-Rate: 8000
Channel-Read-Codec-Bit-Rate: 64000
Channel-Write-Codec-Name: PCMU
Channel-Write-Codec-Rate: 8000
Channel-Write-Codec-Bit-Rate: 64000
Caller-Direction: %(direction)s
Caller-Logical-Direction: %(direction)s
Caller-Username: %(caller_number)s
Caller-Dialplan: XML
Caller-Caller-ID-Name: %(caller_name)s
Caller-Caller-ID-Number: %(caller_number)s
Caller-Orig-Caller-ID-Name: %(caller_name)s
Caller-Orig-Caller-ID-Number: %(caller_number)s
Caller-Network-Addr: 127.0.0.1
Caller-ANI: %(caller_number)s
Caller-Destination-Number: %(called_number)s
Caller-Unique-ID: %(uuid)s
Caller-Source: mod_sofia
Caller-Context: default
Caller-Channel-Name: %(name)s
Caller-Profile-Index: 1
Caller-Profile-Created-Time: %(created)d
Caller-Channel-Created-Time: %(created)d
Caller-Channel-Answered-Time: \0
Caller-Channel-Progress-Time: 0
Caller-Channel-Progress-Media-Time: 0
Caller-Channel-Hangup-Time: \0
Caller-Channel-Transfer-Time: 0
Caller-Channel-Resurrect-Time: 0
Caller-Channel-Bridged-Time: \0
Caller-Channel-Last-Hold: 0
Caller-Channel-Hold-Accum: 0
Caller-Screen-Bit: true
Caller-Privacy-Hide-Name: false
Caller-Privacy-Hide-Number: false
"""

"""A zero byte stands where the channel changes: three states, Answer-State, three times. No encoded value holds one."""

FIXED_VARIABLES = """\
variable_direction: %(direction)s
variable_uuid: %(uuid)s
variable_session_id: %(number)d
variable_sip_from_user: %(caller_number)s
variable_sip_from_uri: %(caller_number)s%%40127.0.0.1
variable_sip_from_host: 127.0.0.1
variable_video_media_flow: disabled
variable_text_media_flow: disabled
variable_channel_name: %(name)s
variable_sip_local_network_addr: 127.0.0.1
variable_sip_network_ip: 127.0.0.1
variable_sip_network_port: 5060
variable_sip_invite_stamp: %(created)d
variable_sip_received_ip: 127.0.0.1
variable_sip_received_port: 5060
variable_sip_via_protocol: udp
variable_sip_from_user_stripped: %(caller_number)s
variable_sofia_profile_name: internal
variable_sofia_profile_url: sip%%3Amod_sofia%%40127.0.0.1%%3A5060
variable_recovery_profile_name: internal
variable_sip_Remote-Party-ID: %%22%(caller_name)s%%22%%20%%3Csip%%3A%(caller_number)s%%40127.0.0.1%%3E
variable_sip_cid_type: rpid
variable_sip_call_id: %(uuid)s
variable_sip_full_via: SIP/2.0/UDP%%20127.0.0.1%%3Brport%%3D5060%%3Bbranch%%3Dz9hG4bK%(number)d
variable_sip_from_display: %(caller_name)s
variable_sip_full_from: %%22%(caller_name)s%%22%%20%%3Csip%%3A%(caller_number)s%%40127.0.0.1%%3E%%3Btag%%3D%(number)d
variable_sip_full_to: %%3Csip%%3A%(called_number)s%%40127.0.0.1%%3A5060%%3E
variable_sip_allow: INVITE,%%20ACK,%%20BYE,%%20CANCEL,%%20OPTIONS,%%20MESSAGE,%%20INFO,%%20UPDATE,%%20REGISTER,%%20REFER
variable_sip_req_user: %(called_number)s
variable_sip_req_port: 5060
variable_sip_req_uri: %(called_number)s%%40127.0.0.1%%3A5060
variable_sip_req_host: 127.0.0.1
variable_sip_to_user: %(called_number)s
variable_sip_to_port: 5060
variable_sip_to_uri: %(called_number)s%%40127.0.0.1%%3A5060
variable_sip_to_host: 127.0.0.1
variable_sip_contact_user: mod_sofia
variable_sip_contact_port: 5060
variable_sip_contact_uri: mod_sofia%%40127.0.0.1%%3A5060
variable_sip_contact_host: 127.0.0.1
variable_sip_user_agent: ivrkit
variable_sip_via_host: 127.0.0.1
variable_sip_via_rport: 5060
variable_max_forwards: 70
variable_switch_r_sdp: v%%3D0%%0D%%0Ao%%3DFreeSWITCH%%20%(number)d%%20%(number)d%%20IN%%20IP4%%20127.0.0.1%%0D%%0A\
s%%3DFreeSWITCH%%0D%%0Ac%%3DIN%%20IP4%%20127.0.0.1%%0D%%0At%%3D0%%200%%0D%%0Am%%3Daudio%%2022494%%20RTP/AVP%%200%%208%%20101%%2013%%0D%%0A\
a%%3Drtpmap%%3A0%%20PCMU/8000%%0D%%0Aa%%3Drtpmap%%3A8%%20PCMA/8000%%0D%%0Aa%%3Drtpmap%%3A101%%20telephone-event/8000%%0D%%0A
variable_ep_codec_string: CORE_PCM_MODULE.PCMU%%408000h%%4020i%%4064000b,CORE_PCM_MODULE.PCMA%%408000h%%4020i%%4064000b
variable_rtp_use_codec_string: PCMU,PCMA
variable_remote_video_media_flow: inactive
variable_remote_text_media_flow: inactive
variable_remote_audio_media_flow: sendrecv
variable_audio_media_flow: sendrecv
variable_rtp_audio_recv_pt: 0
variable_rtp_use_codec_name: PCMU
variable_rtp_use_codec_rate: 8000
variable_rtp_use_codec_ptime: 20
variable_rtp_use_codec_channels: 1
variable_rtp_last_audio_codec_string: PCMU%%408000h%%4020i%%401c
variable_read_codec: PCMU
variable_original_read_codec: PCMU
variable_read_rate: 8000
variable_original_read_rate: 8000
variable_write_codec: PCMU
variable_write_rate: 8000
variable_dtmf_type: rfc2833
variable_DP_MATCH: ARRAY%%3A%%3A%(called_number)s%%7C%%3A%(called_number)s
variable_call_uuid: %(uuid)s
variable_local_media_ip: 127.0.0.1
variable_local_media_port: 28996
variable_advertised_media_ip: 127.0.0.1
variable_rtp_use_timer_name: soft
variable_rtp_use_pt: 0
variable_rtp_use_ssrc: %(number)d
variable_rtp_2833_send_payload: 101
variable_rtp_2833_recv_payload: 101
variable_remote_media_ip: 127.0.0.1
variable_remote_media_port: 22494
"""

FIXED_NAMES = frozenset(re.findall(r"^variable_([^:]+): ", FIXED_VARIABLES, re.MULTILINE))

CORE_HEADERS = """\
Core-UUID: %(core)s
FreeSWITCH-Hostname: %(host)s
FreeSWITCH-Switchname: %(host)s
FreeSWITCH-IPv4: 127.0.0.1
FreeSWITCH-IPv6: %%3A%%3A1
"""
