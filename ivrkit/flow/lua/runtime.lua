-- What runs the table FLOW for one call, as ivrkit's engine does. FreeSWITCH gives `session` and `freeswitch`.
-- Nothing that a caller keys in becomes part of an argument: entries are compared, counted and said digit by digit.

local PAUSE = "silence_stream://300"
local MOST_WAITING, STEP_LIMIT, LAST_STEPS = 30, 1000, 20
local FINGERS_REST, MOST_STRAY = 0.5, 60
local TELEPHONE = "1234567890*#"
local GONE = {}
-- The tone before a recording, and the mean of a sample below which a frame is silence.
local TONE, SILENT = "tone_stream://%(300,0,1000)", 200

local api = freeswitch.API()
local language, values, entries = FLOW.language, {}, {}
local waiting, trailing, trailing_until = {}, "", 0
local menus, recordings = {}, 0
local stop_keys, stopped = "", false

local function now() return tonumber(api:getTime()) / 1000 end
local function here() if not session:ready() then error(GONE) end end

-- keys -----------------------------------------------------------------------------------------------------------

local function press(key)
  local belongs = key == trailing and now() <= trailing_until
  trailing = ""
  if not belongs and #key == 1 and TELEPHONE:find(key, 1, true) and #waiting < MOST_WAITING then
    waiting[#waiting + 1] = key
  end
end

local function forget() waiting = {} end

local function interrupting()
  if trailing ~= "" and now() <= trailing_until then
    return (TELEPHONE:gsub("%" .. trailing, ""))
  end
  return TELEPHONE
end

local function drop_trailing(key, till)
  if waiting[1] == key then
    table.remove(waiting, 1)
  elseif #waiting == 0 then
    trailing, trailing_until = key, till
  end
end

-- FreeSWITCH calls it by its name for every key while something is heard.
function ivrkit_on_key(s, kind, object)
  if kind ~= "dtmf" then return "" end
  press(object.digit)
  if stop_keys:find(object.digit, 1, true) then
    stopped = true
    return "break"
  end
  return ""
end

local function wait_key(seconds)
  here()
  local key = session:getDigits(1, "", math.floor(seconds * 1000 + 0.5))
  here()
  if key == nil or key == "" then return false end
  press(key)
  return true
end

-- saying ---------------------------------------------------------------------------------------------------------

local function add_digits(sounds, text, lang)
  local place = 1
  local groups = FLOW.groups[#text] or {}
  for number, size in ipairs(groups) do
    for at = place, place + size - 1 do
      local last = at == place + size - 1 and number < #groups
      local said = FLOW.digits[lang][last and "last" or "inside"]
      sounds[#sounds + 1] = said[text:sub(at, at)]
    end
    place = place + size
  end
end

local function sounds_of(line)
  if line.sound then return {line.sound} end
  local lang, sounds = line.language or language, {}
  for _, part in ipairs(FLOW.prompts[line.prompt][lang]) do
    if type(part) == "table" then
      add_digits(sounds, values[part.digits] or "", lang)
    else
      sounds[#sounds + 1] = part
    end
  end
  return sounds
end

local function play(lines, barge_in)
  stop_keys, stopped = barge_in and interrupting() or "", false
  local heard = false
  for _, line in ipairs(lines) do
    local sounds = sounds_of(line)
    if heard and #sounds > 0 then table.insert(sounds, 1, PAUSE) end
    for _, sound in ipairs(sounds) do
      here()
      session:streamFile(sound)
      heard = true
      if stopped then return end
    end
  end
  here()
end

local function say(lines, barge_in)
  if not (barge_in and #waiting > 0) then play(lines, barge_in) end
end

-- asking ---------------------------------------------------------------------------------------------------------

local MORE, ENOUGH, DONE, WRONG = "more", "enough", "done", "wrong"

local function choices(keys)
  local entry = {trailing = "", choices = true}
  function entry.value(pressed) return pressed end
  function entry.judge(pressed)
    local longer = false
    for key in pairs(keys) do
      if #key > #pressed and key:sub(1, #pressed) == pressed then longer = true end
    end
    if keys[pressed] then return longer and ENOUGH or DONE end
    return longer and MORE or WRONG
  end
  return entry
end

local function digits(least, most, end_key)
  local entry = {trailing = end_key}
  local function entered(pressed) return end_key == "*" and pressed or pressed:match("[^*]*$") end
  function entry.value(pressed)
    local found = entered(pressed)
    if end_key ~= "" and found:sub(-1) == end_key then found = found:sub(1, -2) end
    return found
  end
  function entry.judge(pressed)
    local found = entered(pressed)
    if end_key ~= "" and found:sub(-1) == end_key then
      return (least < #found or #found == 1) and DONE or WRONG
    end
    if found:find("%D") then return WRONG end
    if #found == most then return DONE end
    return #found >= math.max(least, 1) and ENOUGH or MORE
  end
  return entry
end

local function answer(node, entry, pressed, complete)
  local value = entry.value(pressed)
  if complete and entry.trailing ~= "" and pressed:sub(-1) ~= entry.trailing then
    drop_trailing(entry.trailing, now() + node.between_digits)
  end
  if value ~= "" and not complete then forget() end
  return value, complete and value ~= ""
end

local function hush(node, entry, pressed)
  local stray = 0
  repeat
    stray = stray + #waiting + 1
    forget()
  until stray > MOST_STRAY or not wait_key(FINGERS_REST)
  return answer(node, entry, pressed, false)
end

local function listen(node, entry)
  local pressed = ""
  while true do
    while #waiting > 0 do
      local key = table.remove(waiting, 1)
      local verdict = entry.judge(pressed .. key)
      local cleared = verdict == MORE and entry.value(pressed .. key) == ""
      pressed = cleared and "" or pressed .. key
      if verdict == DONE then return answer(node, entry, pressed, true) end
      if verdict == WRONG then return hush(node, entry, pressed) end
    end
    local begun = entry.value(pressed) ~= ""
    local enough = entry.judge(pressed) == ENOUGH
    if begun and node.between_digits == 0 and entry.choices then return answer(node, entry, pressed, enough) end
    local wait = begun and node.between_digits > 0 and node.between_digits or node.first_digit
    if not wait_key(wait) then return answer(node, entry, pressed, enough) end
  end
end

local function ask(node, lines, entry)
  if not (#waiting > 0 and node.barge_in) then play(lines, node.barge_in) end
  return listen(node, entry)
end

local function failures_of(node)
  return {noinput = 0, nomatch = 0, reactions = {noinput = node.noinput, nomatch = node.nomatch}}
end

local function count(node, failures, kind)
  failures[kind] = failures[kind] + 1
  if failures[kind] >= node.tries then return node.give_up end
end

local function react(node, failures, value, reactions)
  local kind = value ~= "" and "nomatch" or "noinput"
  local way = count(node, failures, kind)
  local list = (reactions or failures.reactions)[kind]
  local reaction = list[math.min(failures[kind], #list)]
  if reaction.next then return reaction.next end
  if reaction.prompt then say({reaction}, node.barge_in) end
  return way
end

local function back(name)
  if menus[#menus] == name then return menus[#menus - 1] or name end
  return menus[#menus] or name
end

-- The one of `options` that is pressed; or nil, and where the call goes instead.
local function choose(name, node, full, again, options, failures, reactions)
  local keys = {}
  for key in pairs(FLOW.keys) do keys[key] = true end
  for key in pairs(options) do keys[key] = true end
  local entry, lines = choices(keys), full
  while true do
    local value, complete = ask(node, lines, entry)
    if complete and options[value] then return value end
    if complete then
      local target = FLOW.keys[value]
      if target == "back" then return nil, back(name) end
      if target ~= "repeat" then return nil, target end
      lines = full
    else
      lines = again
      local way = react(node, failures, value, reactions)
      if way then return nil, way end
    end
  end
end

local function speak(code)
  if code and code ~= language then
    language = code
    forget()
  end
end

-- checks of entries ----------------------------------------------------------------------------------------------

local checks = {}

function checks.luhn(text)
  local sum, double = 0, false
  for at = #text, 1, -1 do
    local digit = tonumber(text:sub(at, at)) * (double and 2 or 1)
    sum = sum + (digit > 9 and digit - 9 or digit)
    double = not double
  end
  return sum % 10 == 0
end

function checks.date(text)
  if #text ~= 8 or text:find("%D") then return false end
  local year, month, day = tonumber(text:sub(1, 4)), tonumber(text:sub(5, 6)), tonumber(text:sub(7, 8))
  local leap = (year % 4 == 0 and year % 100 ~= 0) or year % 400 == 0
  local days = {31, leap and 29 or 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
  return year > 0 and month >= 1 and month <= 12 and day >= 1 and day <= days[month]
end

local function failed_check(node, value)
  if node.pattern and not value:find(node.pattern) then return "pattern" end
  if node.check and not checks[node.check](value) then return node.check end
end

-- nodes: each says where the call goes, or nil when it ends --------------------------------------------------------

local nodes = {}
local PLAIN = {noinput = {{prompt = "ivrkit.noinput"}}, nomatch = {{prompt = "ivrkit.nomatch"}}}

function nodes.play(name, node)
  say(node.lines, node.barge_in)
  return node.next
end

function nodes.choose(name, node)
  if node.forget then forget() end
  local key, way = choose(name, node, node.full, node.again, node.options, failures_of(node))
  if not key then return way end
  speak(node.options[key].language)
  return node.options[key].next
end

function nodes.language(name, node)
  speak(node.language)
  return node.next
end

local function accepted(name, node, value, failures)
  values[node.save] = value
  if not node.readback then return node.next end
  forget()
  local options = {["1"] = {}, ["2"] = {}}
  local key, way = choose(name, node, node.readback, node.readback, options, failures, PLAIN)
  if key == "1" then return node.next end
  if key == "2" then return count(node, failures, "nomatch") end
  return way
end

function nodes.collect(name, node)
  local failures, question = failures_of(node), node.full
  local entry = digits(node.least, node.most, node.end_key)
  if node.secret then forget() end
  while true do
    local value, complete = ask(node, question, entry)
    local failed = complete and failed_check(node, value)
    local way
    if complete and not failed then
      way = accepted(name, node, value, failures)
    else
      if failed then forget() end
      way = failed and node.on[failed] or react(node, failures, value)
    end
    if way then return way end
    question = node.again
  end
end

-- Its file and nothing, or nothing and the way out. Where the file cannot be written FreeSWITCH would hang up.
local function take(node, lines)
  forget()
  say(lines, node.barge_in)
  forget()
  recordings = recordings + 1
  local path = (node.folder or "") .. "/fallback-" .. session:get_uuid() .. "-" .. recordings .. ".wav"
  local file = node.folder and io.open(path, "w")
  if not file then return nil, "error" end
  file:close()
  stop_keys, stopped = node.end_key, false
  if node.beep then session:streamFile(TONE) end
  here()
  -- A key that cuts the tone short does not end what has not begun.
  local began = now()
  stopped = false
  session:recordFile(path, node.limit, SILENT, node.silence)
  here()
  forget()
  local seconds = now() - began
  local by_silence = not stopped and seconds < node.limit - 0.1
  if seconds - (by_silence and node.silence or 0) < node.least then
    os.remove(path)
    return nil, "empty"
  end
  return path
end

function nodes.record(name, node)
  local path, way = take(node, node.lines)
  if not path then return node.on[way] end
  local failures, options = failures_of(node), {["1"] = {}, ["2"] = {}, ["3"] = {}}
  while node.review do
    local key, target = choose(name, node, node.review, node.review, options, failures)
    if not key then return target end
    if key == "1" then break end
    if key == "3" then
      say({{sound = path}}, true)
    else
      local again = take(node, node.again)
      if again then
        os.remove(path)
        path = again
      end
    end
  end
  return node.on.next
end

function nodes.hours(name, node)
  local at, state = now(), "closed"
  for _, change in ipairs(node.changes) do
    if change[1] > at then break end
    state = change[2]
  end
  return node.on[state]
end

function nodes.transfer(name, node)
  local outcome = "failed"
  if node.target then
    session:setVariable("call_timeout", tostring(node.ring))
    -- An announcement is no answer.
    session:setVariable("ignore_early_media", node.blind and "" or "true")
    session:execute("bridge", node.target)
    outcome = FLOW.dispositions[session:getVariable("originate_disposition") or ""] or "failed"
  end
  forget()
  if outcome == "answered" and node.blind then
    session:hangup("NORMAL_CLEARING")
    return nil
  end
  here()
  return node.on[outcome]
end

function nodes.hangup(name, node)
  session:hangup(node.cause)
  return nil
end

local function sorry()
  play({{prompt = FLOW.sorry}}, false)
  session:hangup("NORMAL_CLEARING")
  return nil
end

function nodes.skip(name, node)
  if node.next then return node.next end
  return sorry()
end

local function enter(name, node)
  if node.landmark then
    for place, menu in ipairs(menus) do
      if menu == name then
        for _ = place, #menus do table.remove(menus) end
        break
      end
    end
    menus[#menus + 1] = name
  end
  entries[name] = (entries[name] or 0) + 1
  if node.visits and entries[name] > node.visits then
    if FLOW.give_up and name ~= FLOW.give_up then return FLOW.give_up end
    return nodes.hangup(name, {cause = "NORMAL_CLEARING"})
  end
  return nodes[node.kind](name, node)
end

local function walk()
  local name, steps = FLOW.start, 0
  while name do
    steps = steps + 1
    if steps == STEP_LIMIT then name = FLOW.give_up or name end
    if steps > STEP_LIMIT + LAST_STEPS then return nodes.hangup(name, {cause = "NORMAL_CLEARING"}) end
    name = enter(name, FLOW.nodes[name])
  end
end

session:setVariable("app_disable_expand_variables", "true")
session:setVariable("hangup_after_bridge", "false")
session:setVariable("continue_on_fail", "true")
session:setVariable("transfer_ringback", "%(1000,4000,450)")
session:answer()
session:setInputCallback("ivrkit_on_key", "")
local well, fault = pcall(walk)
if not well and fault ~= GONE then
  freeswitch.consoleLog("err", "ivrkit fallback, flow " .. FLOW.flow .. ": " .. tostring(fault) .. "\n")
  session:hangup("NORMAL_TEMPORARY_FAILURE")
end
