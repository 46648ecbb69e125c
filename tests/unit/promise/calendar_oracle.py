"""calendar_oracle.py > calendar_cases.tsv - expected working time, found by stepping minute by minute through real time.
   Shares nothing with src/promise/calendar.c; run by hand when rows are added."""
import datetime as dt, zoneinfo, random, sys
UTC=dt.timezone.utc
def shifts_of(spec):
    # "mo-fr 09:00-17:00; sa 10:00-14:00,15:00-16:00"
    names=['mo','tu','we','th','fr','sa','su']; out=[[] for _ in range(7)]
    for part in filter(None,[x.strip() for x in spec.split(';')]):
        days,times=part.split(' ')
        a,b=(days.split('-')+[days])[:2]
        for i in range(names.index(a),names.index(b)+1):
            for t in times.split(','):
                f,e=t.split('-'); f=int(f[:2])*60+int(f[3:]); e=int(e[:2])*60+int(e[3:])
                if e<=f: e+=1440
                out[i].append((f,e))
    return out
def hols_of(spec):
    out=[]
    for h in filter(None,[x.strip() for x in spec.split(',')]):
        yearly=h.endswith('*'); h=h.rstrip('*')
        d,_,t=h.partition('@')
        f,e=0,1440
        if t:
            a,b=t.split('-'); f=int(a[:2])*60+int(a[3:]); e=int(b[:2])*60+int(b[3:])
        out.append((dt.date.fromisoformat(d),f,e,yearly))
    return out
class Cal:
    def __init__(s,zone,shifts,hols): s.z=zoneinfo.ZoneInfo(zone); s.s=shifts_of(shifts); s.h=hols_of(hols); s.cache={}
    def works(s,t): # the minute that begins at t (aware UTC)
        l=t.astimezone(s.z); m=l.hour*60+l.minute; d=l.date(); key=(d,m)
        if key in s.cache: return s.cache[key]
        r=any(f<=m<e for f,e in s.s[d.weekday()]) or any(f<=m+1440<e for f,e in s.s[(d-dt.timedelta(1)).weekday()])
        for hd,f,e,y in s.h:
            if (hd==d or (y and (hd.month,hd.day)==(d.month,d.day))) and f<=m<e: r=False
        s.cache[key]=r
        return r
    def add(s,t,minutes):
        while minutes>0:
            if s.works(t): minutes-=1
            t+=dt.timedelta(minutes=1)
        return t
    def back(s,t,minutes):
        while minutes>0:
            t-=dt.timedelta(minutes=1)
            if s.works(t): minutes-=1
        return t
    def between(s,a,b):
        n=0
        while a<b:
            n+=s.works(a); a+=dt.timedelta(minutes=1)
        return n
    def day_end(s,d): # end of work of shifts that begin on d, None; over midnight counted along
        end=None
        for f,e in s.s[d.weekday()]:
            base=dt.datetime(d.year,d.month,d.day,tzinfo=s.z)
            for m in range(f,e):
                dd=d+dt.timedelta(m//1440); mm=m%1440
                off=False
                for hd,hf,he,y in s.h:
                    if (hd==dd or (y and (hd.month,hd.day)==(dd.month,dd.day))) and hf<=mm<he: off=True
                if off: continue
                w=dt.datetime(dd.year,dd.month,dd.day,mm//60,mm%60,tzinfo=s.z)
                u=w.astimezone(UTC)
                if u.astimezone(s.z).replace(tzinfo=None)!=w.replace(tzinfo=None): continue # skipped by the clocks
                # the end: the wall clock's minute m+1 as a moment
                m2=m+1; dd2=d+dt.timedelta(m2//1440); mm2=m2%1440
                w2=dt.datetime(dd2.year,dd2.month,dd2.day,mm2//60,mm2%60,tzinfo=s.z); u2=w2.astimezone(UTC)
                if u2.astimezone(s.z).replace(tzinfo=None)!=w2.replace(tzinfo=None): u2=u+dt.timedelta(minutes=1)
                end=u2 if end is None or u2>end else end
        return end
    def workdays(s,t,n):
        d=t.astimezone(s.z).date()
        if n==0:
            while True:
                e=s.day_end(d)
                if e and e>t: return e
                d+=dt.timedelta(1)
        while n>0:
            d+=dt.timedelta(1)
            e=s.day_end(d)
            if e: n-=1
        return e
    def days(s,t,n):
        l=t.astimezone(s.z).replace(tzinfo=None)+dt.timedelta(n)
        w=l.replace(tzinfo=s.z,fold=0); u=w.astimezone(UTC)
        if u.astimezone(s.z).replace(tzinfo=None)!=l: # a gap: when the clocks go on
            u=(l-dt.timedelta(hours=3)).replace(tzinfo=s.z).astimezone(UTC)
            while u.astimezone(s.z).replace(tzinfo=None)<l: u+=dt.timedelta(minutes=1)
            return u
        return u
OFFICE='mo-fr 09:00-17:00'; SPLIT='mo-fr 08:30-12:00,13:00-17:30; sa 10:00-14:00'; NIGHT='mo-fr 22:00-06:00'; ALL='mo-su 00:00-24:00'; EARLY='mo-su 00:30-03:30'
MIX='mo-th 07:00-15:00,20:00-02:00; fr 07:00-12:00; su 23:00-24:00'
rows=[]
def row(op,zone,sh,h,frm,arg,note=''):
    c=Cal(zone,sh,h); t=dt.datetime.fromisoformat(frm).replace(tzinfo=UTC)
    f=lambda x:x.strftime('%Y-%m-%dT%H:%M')
    if op=='add': r=f(c.add(t,int(arg)))
    elif op=='back': r=f(c.back(t,int(arg)))
    elif op=='between': r=str(c.between(t,dt.datetime.fromisoformat(arg).replace(tzinfo=UTC)))
    elif op=='workdays': r=f(c.workdays(t,int(arg)))
    elif op=='days': r=f(c.days(t,int(arg)))
    rows.append('\t'.join([op,zone,sh,h or '-',frm,str(arg),r]))
L,B,N,S,A,K='Europe/London','Europe/Berlin','America/New_York','Australia/Sydney','America/Santiago','Asia/Kathmandu'
# plain weeks
for z in (L,B,N,S,K):
    row('add',z,OFFICE,'', '2026-11-19T11:22','480')
    row('add',z,OFFICE,'', '2026-11-20T16:00','2400')
    row('add',z,SPLIT,'', '2026-11-21T13:30','90')
row('add',L,OFFICE,'','2026-11-21T12:00','1'); row('add',L,OFFICE,'','2026-11-20T17:00','1'); row('add',L,OFFICE,'','2026-11-20T16:59','1'); row('add',L,OFFICE,'','2026-11-20T09:00','480')
row('add',L,OFFICE,'','2026-11-20T09:00','481')
# clocks go on and back
for z,spring,autumn in ((L,'2026-03-29','2026-10-25'),(B,'2026-03-29','2026-10-25'),(N,'2026-03-08','2026-11-01'),(S,'2026-10-04','2026-04-05'),(A,'2026-09-06','2026-04-05')):
    for d in (spring,autumn):
        a=(dt.date.fromisoformat(d)-dt.timedelta(2)).isoformat()
        b=(dt.date.fromisoformat(d)+dt.timedelta(2)).isoformat()
        row('add',z,OFFICE,'',a+'T15:30','600'); row('add',z,NIGHT.replace('mo-fr','mo-su'),'',a+'T12:00','1500'); row('add',z,EARLY,'',a+'T12:00','400')
        row('between',z,ALL,'',a+'T00:00',b+'T00:00'); row('between',z,EARLY,'',a+'T00:00',b+'T00:00'); row('back',z,EARLY,'',b+'T12:00','500')
        row('days',z,OFFICE,'',a+'T02:30','2'); row('days',z,OFFICE,'',a+'T15:45','1'); row('workdays',z,EARLY,'',a+'T12:00','2')
# leap days
for y in ('2024','2028','2027'):
    row('add',L,OFFICE,'',y+'-02-26T10:00','2400'); row('days',L,OFFICE,'',y+'-02-28T10:00','1'); row('days',B,OFFICE,'',y+'-02-27T23:30','3'); row('workdays',B,OFFICE,y+'-03-01',y+'-02-28T10:00','2')
row('add',L,OFFICE,'2024-02-29*','2024-02-28T16:00','120'); row('add',L,OFFICE,'2024-02-29*','2025-02-28T16:00','120'); row('add',L,OFFICE,'2024-02-29*','2028-02-28T16:00','120')
# holidays
X='2026-12-25*,2026-12-26*,2027-01-01*'
H='2026-12-24@12:00-24:00,'+X
for frm in ('2026-12-23T15:00','2026-12-24T11:30','2026-12-25T08:00','2026-12-31T16:30'):
    for amt in ('60','300','1200'): row('add',B,OFFICE,H,frm,amt)
    row('workdays',B,OFFICE,H,frm,'1'); row('workdays',B,OFFICE,H,frm,'5')
row('add',B,OFFICE,X,'2031-12-24T15:30','90'); row('between',L,OFFICE,X,'2026-12-20T00:00','2027-01-10T00:00'); row('back',L,OFFICE,X,'2026-12-29T10:00','600')
row('add',L,OFFICE,'2026-11-20@09:00-10:30,2026-11-20@12:00-13:00','2026-11-20T09:00','60'); row('add',L,OFFICE,'2026-11-20@09:00-10:30,2026-11-20@12:00-13:00','2026-11-20T11:30','60')
# over midnight
for frm in ('2026-11-20T21:00','2026-11-20T23:30','2026-11-21T05:30','2026-11-21T06:00','2026-11-22T12:00'):
    row('add',L,NIGHT,'',frm,'30'); row('add',L,NIGHT,'2026-11-24',frm,'900'); row('back',L,NIGHT,'',frm,'60')
row('add',B,MIX,'','2026-11-19T23:00','600'); row('between',B,MIX,'','2026-11-16T00:00','2026-11-23T00:00'); row('add',B,MIX,'2026-11-20','2026-11-19T22:00','300'); row('workdays',B,MIX,'','2026-11-19T22:00','3'); row('workdays',L,NIGHT,'2026-11-21','2026-11-19T12:00','1')
# around the clock, nothing and much
for z in (L,N): row('add',z,ALL,'','2026-03-07T12:00','4320'); row('workdays',z,ALL,'','2026-03-07T12:00','1'); row('back',z,ALL,'','2026-11-02T00:00','1500')
for op in ('add','back'): row(op,L,OFFICE,'','2026-11-21T12:00','0')
row('workdays',L,OFFICE,'','2026-11-21T12:00','0'); row('workdays',L,OFFICE,'','2026-11-20T12:00','0'); row('workdays',L,OFFICE,'','2026-11-20T17:00','0'); row('between',L,OFFICE,'','2026-11-20T12:00','2026-11-20T12:00'); row('between',L,OFFICE,'','2026-11-20T12:00','2026-11-19T12:00')
row('add',L,OFFICE,X,'2026-01-01T00:00','244800'); row('days',L,OFFICE,'','2026-01-31T10:00','3650'); row('workdays',L,OFFICE,X,'2026-01-01T00:00','520'); row('workdays',L,OFFICE,X,'2026-06-01T00:00','15'); row('workdays',L,OFFICE,X,'2026-06-01T00:00','35'); row('days',L,OFFICE,'','2026-09-15T10:00','56')
row('between',S,SPLIT,'2026-01-26','2026-01-01T00:00','2026-12-31T00:00')
print('# op, zone, shifts, holidays (day[@from-to][*: yearly]), from (UTC), minutes or days or until, expected. Made by stepping minute by minute through\n# real time in Python (zoneinfo); nothing of it is shared with calendar.c.')
print('\n'.join(rows)); print(len(rows),file=sys.stderr)
