-- A caller and a FreeSWITCH in virtual time. arg[1]: the script; arg[2]: "1.5:3 2.0:# …", keys by their moment, and at
-- the end "9.0:hangup"; arg[3]: epoch of the start; arg[4]: disposition of every bridge. Writes what is heard and when.
local clock, epoch, alive = 0, tonumber(arg[3] or "0"), true
local script, disposition = {}, arg[4] or "USER_BUSY"
for at, key in (arg[2] or ""):gmatch("([%d.]+):(%S+)") do script[#script + 1] = {tonumber(at), key} end
local on_key, variables, queue = nil, {}, {}
local speaking, recorded = 0, {}

local function shown(what, text) print(string.format("%s %.2f %s", what, clock, text)) end

-- Let time pass until `till`, or until `heed` takes a key by answering true.
local function pass(till, heed)
  while script[1] and script[1][1] <= till + 1e-9 do
    local at, key = script[1][1], script[1][2]
    table.remove(script, 1)
    clock = math.max(clock, at)
    if key:sub(1, 1) == "~" then
      speaking = clock + tonumber(key:sub(2))
      key = ""
    end
    if key == "hangup" then alive = false return true end
    if key ~= "" and heed(key) then return true end
  end
  clock = till
end

session = {}
function session:answer() end
function session:ready() return alive end
function session:setInputCallback(name) on_key = _G[name] end
function session:setVariable(name, value) variables[name] = value end
function session:getVariable(name) return variables[name] end
function session:hangup(cause) shown("hangup", cause) alive = false end
function session:get_uuid() return "uuid" end
function session:recordFile(path, limit, threshold, silence)
  local began, key_came = clock, false
  repeat
    local till = math.min(began + limit, math.max(began, speaking) + silence)
    key_came = pass(till, function(key) return on_key(session, "dtmf", {digit = key}) == "break" end)
    local due = math.min(began + limit, math.max(began, speaking) + silence)
  until key_came or clock >= due - 1e-9
  recorded[path] = clock - began
end
function session:execute(application, argument)
  shown(application, argument)
  assert(application == "bridge" and not argument:find("%$"), "nothing else may be executed")
  variables.originate_disposition = disposition
end
function session:streamFile(path)
  local silence = path:match("^silence_stream://(%d+)$") or path:match("^tone_stream://%%%((%d+),")
  if not silence then shown("hears", path) end
  pass(clock + (silence and tonumber(silence) / 1000 or recorded[path] or 1), function(key)
    return on_key(session, "dtmf", {digit = key}) == "break"
  end)
end
function session:getDigits(most, terminators, milliseconds)
  local got = ""
  pass(clock + milliseconds / 1000, function(key) got = key return true end)
  return got
end
freeswitch = {consoleLog = function(level, text) io.stderr:write(text) os.exit(3) end}
function freeswitch.API() return {getTime = function() return string.format("%.0f", (epoch + clock) * 1000) end} end

dofile(arg[1])
