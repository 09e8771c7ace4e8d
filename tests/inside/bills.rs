//! Bills as they are read: what a file adds up to, what its lines were paid for, and how a file that is wrong is refused.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use crate::import::bills::{Amount, Audit, Class, CostBasis, Kind, Ledger, Rules, Spending, audit};

/// A bill of two months, written for these tests.
const TWO_MONTHS: &str = include_str!("../bills/two-months.csv");

/// Audits a text as a file.
fn read(content: &[u8]) -> Result<Audit, String> {
    read_by(content, &Rules::new(None).expect("the rules that are built in"))
}

fn read_by(content: &[u8], rules: &Rules) -> Result<Audit, String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("bill.csv");
    fs::write(&path, content).expect("written");
    let name = path.to_str().expect("a name");
    audit(name, rules).map_err(|error| error.to_string().replace(name, "bill.csv"))
}

/// The only currency of a bill.
fn ledger(content: &str) -> Ledger {
    let mut audit = read(content.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(audit.ledgers.len(), 1);
    audit.ledgers.remove(0)
}

/// What a class cost.
fn of(ledger: &Ledger, class: Option<Class>) -> String {
    let sum = ledger.sum(|group, entry| group.class == class && entry.kind != Kind::Tax);
    sum.effective.to_string()
}

/// One of the files that real programs wrote.
fn real(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bills/real").join(name)
}

#[test]
fn every_cent_of_two_months_is_somewhere() {
    let ledger = ledger(TWO_MONTHS);
    // Worked out by hand from the lines of the file.
    assert_eq!(ledger.billed, Amount::parse(b"74897.065").expect("an amount"));
    assert_eq!(ledger.effective, Amount::parse(b"74897.065").expect("an amount"));
    for (class, cost) in [
        (Some(Class::Training), "14,724.60"),
        (Some(Class::Inference), "58,400.48"),
        (Some(Class::Development), "88.00"),
        (Some(Class::Storage), "908.75"),
        (Some(Class::Other), "240.11"),
        // Unused commitments, an accelerator that nobody named, another service and a credit.
        (None, "411.68"),
    ] {
        assert_eq!(of(&ledger, class), cost, "{class:?}");
    }
    let kind = |kind| ledger.sum(|_, entry| entry.kind == kind);
    assert_eq!(kind(Kind::Tax).billed.to_string(), "123.45");
    assert_eq!(kind(Kind::Credit).billed.to_string(), "-500.00");
    assert_eq!(kind(Kind::Unused).effective.to_string(), "216.00");
    assert_eq!(kind(Kind::Purchase).billed.to_string(), "12,806.40");
    assert_eq!(kind(Kind::Purchase).effective.to_string(), "0.00");
    assert_eq!(ledger.corrections, (1, Amount::of_cents(-4000)));
    assert_eq!((ledger.basis(), ledger.days()), (CostBasis::Effective, Some(61.0)));
}

#[test]
fn hours_and_tokens_are_counted_on_what_was_used() {
    let ledger = ledger(TWO_MONTHS);
    let spending = Spending { ledger: &ledger, basis: CostBasis::Effective, requests: None };
    let inference = spending.accelerators(Class::Inference);
    // 2,880 and 2,976 hours on demand, 1,440 and 1,488 of a commitment, of one H100 each.
    assert_eq!(inference["h100-sxm"].quantity, 8_784.0);
    assert_eq!(inference["h100-sxm"].committed, 2_928.0);
    assert_eq!(inference["h100-sxm"].measured(CostBasis::Effective).to_string(), "52,879.68");
    let training = spending.accelerators(Class::Training);
    assert_eq!(training["h100-sxm"].quantity, 240.0 * 8.0);
    assert_eq!(training["a100-40-sxm"].quantity, 60.0 * 8.0);
    let tokens: Vec<f64> = spending.measures().values().map(|sum| sum.quantity).collect();
    assert_eq!(tokens, [850e6, 400e6, 120e6], "input, cached, output");
}

#[test]
fn the_same_file_is_read_the_same_however_it_is_written() {
    let plain = ledger(TWO_MONTHS);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(TWO_MONTHS.as_bytes()).expect("packed");
    let mut twice = packed.finish().expect("packed");
    // Two members one after another are one file, as when exports are joined.
    let mut rest = GzEncoder::new(Vec::new(), Compression::fast());
    rest.write_all(b"").expect("packed");
    twice.extend(rest.finish().expect("packed"));
    let written = [
        twice,
        format!("\u{feff}{TWO_MONTHS}").into_bytes(),
        TWO_MONTHS.replace('\n', "\r\n").into_bytes(),
        TWO_MONTHS.replace('\n', "\r").into_bytes(),
        TWO_MONTHS.trim_end().to_owned().into_bytes(),
        TWO_MONTHS.replace(",,", ",NULL,").replace(",,", ",NULL,").into_bytes(),
        TWO_MONTHS.replace("2026-09-01T00:00:00Z", "2026-09-01 00:00:00").into_bytes(),
    ];
    for (index, content) in written.iter().enumerate() {
        let audit = read(content).unwrap_or_else(|error| panic!("{index}: {error}"));
        let [ledger] = &audit.ledgers[..] else { panic!("{index}") };
        assert_eq!((ledger.lines, ledger.effective), (plain.lines, plain.effective), "{index}");
        assert_eq!(of(ledger, Some(Class::Inference)), of(&plain, Some(Class::Inference)), "{index}");
        assert_eq!(ledger.first_lines, plain.first_lines, "{index}");
    }
}

#[test]
fn currencies_are_never_added() {
    let euros = TWO_MONTHS.replacen("USD", "eur", 2);
    let audit = read(euros.as_bytes()).expect("read");
    let codes: Vec<_> = audit.ledgers.iter().map(|ledger| (ledger.currency.as_str(), ledger.lines)).collect();
    assert_eq!(codes, [("USD", 20), ("EUR", 2)]);
    let all: Amount = audit.ledgers.iter().map(|ledger| ledger.billed).sum();
    assert_eq!(all, ledger(TWO_MONTHS).billed);
}

#[test]
fn a_rule_of_ones_own_comes_first_or_stands_alone() {
    let own = "[[rule]]\nclass = \"training\"\naccount = \"research\"\n\n[[rule]]\nclass = \"other\"\nservice = \"*rekognition*\"\n";
    let rules = Rules::new(Some(("own.toml", own))).expect("rules");
    let audit = read_by(TWO_MONTHS.as_bytes(), &rules).expect("read");
    assert_eq!(of(&audit.ledgers[0], Some(Class::Training)), "15,385.08", "660.48 more");
    let alone = format!("only = true\n{own}");
    let rules = Rules::new(Some(("own.toml", &alone))).expect("rules");
    let audit = read_by(TWO_MONTHS.as_bytes(), &rules).expect("read");
    assert_eq!(of(&audit.ledgers[0], Some(Class::Training)), "660.48");
    assert_eq!(of(&audit.ledgers[0], Some(Class::Inference)), "0.00");
    for (text, words) in [
        ("[[rule]]\nclass = \"trainig\"\n", "did you mean `training`?"),
        ("[[rule]]\nclass = \"other\"\nservise = \"x\"\n", "did you mean `service`?"),
        ("[[rules]]\n", "unknown key `rules`"),
        ("[[rule]]\nservice = \"x\"\n", "missing key `class`"),
    ] {
        let error = Rules::new(Some(("own.toml", text))).expect_err(text).to_string();
        assert!(error.contains(words) && error.contains("own.toml:"), "{error}");
    }
}

#[test]
fn what_opencost_allocates_is_split_into_its_parts() {
    let content = "Date,Namespace,ControllerKind,ControllerName,Pod,Container,Labels,CPUCoreUsageAverage,\
        CPUCoreRequestAverage,RAMBytesUsageAverage,RAMBytesRequestAverage,NetworkReceiveBytes,NetworkTransferBytes,GPUs,\
        PVBytes,CPUCost,RAMCost,NetworkCost,PVCost,GPUCost,TotalCost\n\
        2026-10-01,chat,deployment,vllm-llama,p,c,,1,2,3,4,5,6,2,0,1.5,0.5,0.25,0.75,96,99\n\
        2026-10-02,research,job,finetune-7b,p,c,,1,2,3,4,5,6,1,0,1,1,0,0,48,50\n\
        2026-10-02,kube-system,daemonset,proxy,p,c,,1,2,3,4,5,6,0,0,1,1,0,0,0,2\n\
        2026-10-02,shop,deployment,web,p,c,\"{\"\"workload\"\":\"\"inference\"\"}\",1,2,3,4,5,6,0,0,1,2,0,0,0,3\n";
    let ledger = ledger(content);
    assert_eq!(ledger.billed.to_string(), "154.00");
    let classes = [Class::Inference, Class::Training, Class::Storage, Class::Other];
    let costs = classes.map(|class| of(&ledger, Some(class)));
    assert_eq!(
        costs,
        ["101.00", "50.00", "1.00", "2.00"],
        "the rest of the first line is 98, and 3 are said by a label"
    );
    let spending = Spending { ledger: &ledger, basis: ledger.basis(), requests: None };
    assert_eq!(spending.accelerators(Class::Inference)["GPU"].quantity, 48.0, "two for a day");
    assert_eq!(ledger.days(), Some(2.0));
}

/// A bill of one line with other columns.
fn line(columns: &str, fields: &str) -> String {
    format!("{columns}\n{fields}\n")
}

#[test]
fn a_file_that_is_wrong_is_refused_where_it_is_wrong() {
    let header = "BilledCost,BillingCurrency,ChargePeriodStart,ServiceName";
    let wrong: [(Vec<u8>, &[&str]); 21] = [
        (b"".to_vec(), &["bill.csv is empty"]),
        (
            b"PAR1....".to_vec(),
            if cfg!(feature = "parquet") { &["Invalid Parquet"] } else { &["Parquet", "as CSV"] },
        ),
        (b"PK\x03\x04".to_vec(), &["ZIP"]),
        (b"\xff\xfeB\0i\0".to_vec(), &["UTF-16", "UTF-8"]),
        (b"\x1f\x8b\x08\x00broken".to_vec(), &["cannot read bill.csv"]),
        (b"\x00\x01\x02\x03".to_vec(), &["no text"]),
        (line("Cost;Currency;Day;Service;Usage", "1;2;3;4;5").into_bytes(), &["one column only", "commas"]),
        (line("Name,Age", "x,3").into_bytes(), &["no column `BilledCost`", "FOCUS export"]),
        (line("BiledCost,ChargePeriodStart", "1,2026-01-01").into_bytes(), &["is `BiledCost` meant?"]),
        (line("BilledCost,ServiceName", "1,x").into_bytes(), &["no column `ChargePeriodStart`"]),
        (
            line("BilledCost,ChargePeriodStart,BilledCost", "1,2026-01-01,1").into_bytes(),
            &["`BilledCost` is there twice", "bill.csv:1:30", "also column 1"],
        ),
        (
            line(header, "NaN,USD,2026-01-01,x").into_bytes(),
            &["`NaN` is not an amount", "bill.csv:2:1", "allowed for `BilledCost`"],
        ),
        (line(header, "\"1,5\",USD,2026-01-01,x").into_bytes(), &["`1,5` is not an amount", "bill.csv:2:2"]),
        (line(header, "1e40,USD,2026-01-01,x").into_bytes(), &["`1e40` is not an amount"]),
        (line(header, ",USD,2026-01-01,x").into_bytes(), &["`BilledCost` is missing", "if only 0"]),
        (line(header, "1,USD,soon,x").into_bytes(), &["`soon` is not a date", "bill.csv:2:7", "2026-11-30"]),
        (line(header, "1,USD,,x").into_bytes(), &["the day of the charge is missing"]),
        (
            line(header, "1,USD,2026-01-01").into_bytes(),
            &["has 3 columns where the header has 4", "bill.csv:2:1"],
        ),
        (
            line(header, "1,USD,2026-01-01,x\n2,USD,2026-01-01,\"y\nz\"\n3,USD,bad,x").into_bytes(),
            &["bill.csv:5:7"],
        ),
        (
            line(&format!("{header},PricingQuantity,PricingUnit"), "1,USD,2026-01-01,x,inf,Hours")
                .into_bytes(),
            &["`inf` is not a quantity", "bill.csv:2:20"],
        ),
        (
            line(header, &format!("1,USD,2026-01-01,\"{}", "x".repeat(3 << 20))).into_bytes(),
            &["longer than 1024 KiB", "is a quote not closed?"],
        ),
    ];
    for (content, words) in wrong {
        let error = read(&content).expect_err(words[0]);
        assert!(words.iter().all(|word| error.contains(word)), "{words:?}\n{error}");
        assert!(error.len() < 1500, "{}", error.len());
    }
    let zone = read(line(header, "1,USD,2026-01-01T00:00:00+01:00,caf\u{e9}").as_bytes());
    assert_eq!(zone.expect("read").lines, 1);
    let latin = [line(header, "1,USD,2026-01-01,caf").trim_end().as_bytes(), b"\xe9\n"].concat();
    assert_eq!(read(&latin).expect("read").ledgers[0].groups[0].service, "caf\u{fffd}");
}

#[test]
fn what_is_told_apart_has_bounds() {
    let line = |index: i32| format!("1.01,{}-{:02}-01,s{index},d{index}", 1970 + index % 200, 1 + index % 12);
    let lines: Vec<String> = (0..30_000).map(line).collect();
    let content = format!(
        "BilledCost,ChargePeriodStart,ServiceName,ChargeDescription
{}
",
        lines.join(
            "
"
        )
    );
    let ledger = ledger(&content);
    assert_eq!(ledger.billed.to_string(), "30,300.00");
    assert!(ledger.groups.len() <= 10_001, "{}", ledger.groups.len());
    let others = ledger.sum(|group, _| group.service == "(others)");
    assert_eq!(others.lines, 20_000, "their money is summed up");
    let many = (0..300).map(|code| format!("1,C{code},2026-01-01")).collect::<Vec<_>>().join("\n");
    let error = read(format!("BilledCost,BillingCurrency,ChargePeriodStart\n{many}").as_bytes())
        .expect_err("too many");
    assert!(error.contains("more currencies"), "{error}");
}

/// Sums of an independent program (Python's decimal) on files of real programs.
#[test]
fn real_files_add_up() {
    let rules = Rules::new(None).expect("the rules that are built in");
    for (name, lines, billed, effective, basis) in [
        ("focus-1.0-sample.csv", 1000, "20.52022672899", "14.97651418586", CostBasis::Billed),
        ("focus-1.0-sample-ai-rows.csv", 19, "11.97458576222", "12.84810243822", CostBasis::Billed),
        ("litellm-focus-export.csv", 18, "3.179694", "3.179694", CostBasis::Effective),
        ("spec-1.2-saas-agreements-c.csv", 3, "35800", "35800", CostBasis::Effective),
        ("spec-1.2-virtual-currency-a2.csv", 3, "0", "1230", CostBasis::Effective),
        ("spec-1.2-commitment-usage-3.csv", 2, "0", "1", CostBasis::Effective),
    ] {
        let path = real(name);
        let audit = audit(path.to_str().expect("a name"), &rules).unwrap_or_else(|error| panic!("{error}"));
        let [ledger] = &audit.ledgers[..] else { panic!("{name}") };
        let amount = |text: &str| Amount::parse(text.as_bytes()).expect("an amount");
        assert_eq!(
            (audit.lines, ledger.billed, ledger.effective),
            (lines, amount(billed), amount(effective)),
            "{name}"
        );
        assert_eq!(ledger.basis(), basis, "{name}");
        assert_eq!(ledger.sum(|_, _| true).billed, ledger.billed, "{name}");
    }
}

/// The same bills in Parquet, with decimals, times and a map, are those in CSV.
#[cfg(feature = "parquet")]
#[test]
fn bills_in_parquet_are_those_in_csv() {
    let rules = Rules::new(None).expect("the rules that are built in");
    let read = |path: &Path| {
        let audit = audit(path.to_str().expect("a name"), &rules).unwrap_or_else(|error| panic!("{error}"));
        let [ledger] = &audit.ledgers[..] else { panic!("{}", path.display()) };
        let sums = ledger.by(|group, entry| {
            Some((group.class, group.thing.clone(), group.service.clone(), entry.month, entry.kind))
        });
        let sums: Vec<_> =
            sums.into_iter().map(|(key, sum)| (key, sum.billed, sum.effective, sum.quantity)).collect();
        (audit.lines, ledger.hours, sums)
    };
    for csv in [real("litellm-focus-export.csv"), real("../two-months.csv")] {
        assert_eq!(read(&csv), read(&csv.with_extension("parquet")), "{}", csv.display());
    }
    let folder = tempfile::tempdir().expect("a folder");
    let cut = folder.path().join("cut.parquet");
    let whole = fs::read(real("litellm-focus-export.parquet")).expect("a file");
    fs::write(&cut, &whole[..whole.len() / 2]).expect("written");
    let error = audit(cut.to_str().expect("a name"), &rules).expect_err("it is cut");
    assert!(error.to_string().contains("Invalid Parquet file"), "{error}");
}

/// The reader of the format makes room for as many values as a dictionary says that it has, and the program ends where there
/// is no such room.
#[cfg(feature = "parquet")]
#[test]
fn a_dictionary_that_says_it_has_more_values_than_bytes_is_refused() {
    let mut file = fs::read(real("../two-months.parquet")).expect("a file");
    // The header of a dictionary of seven bytes, and that it has one value.
    let header = [0x15, 0x0e, 0x15, 0x12, 0x4c, 0x15, 0x02];
    let at =
        file.windows(header.len()).position(|bytes| bytes == header).expect("a dictionary of one currency");
    file[at + header.len() - 1] = 0x7e;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("damaged.parquet");
    fs::write(&path, file).expect("written");
    let rules = Rules::new(None).expect("the rules that are built in");
    let error = audit(path.to_str().expect("a name"), &rules).expect_err("it is damaged");
    assert!(error.to_string().contains("a dictionary is shorter than it says"), "{error}");
}

/// Every file of rules that is built in is read, and each of its rules can be asked.
#[test]
fn the_rules_that_are_built_in_know_the_catalog() {
    let catalog = crate::catalog::Catalog::embedded();
    let not_rented = ["m60", "GPU", "another GPU"];
    let mut named = 0;
    for (name, text) in crate::import::bills::shipped() {
        let file: toml::Table = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        for machine in file.get("accelerator").and_then(toml::Value::as_array).into_iter().flatten() {
            let gpu = machine["gpu"].as_str().expect("a name");
            assert!(catalog.gpu_id(gpu).is_some() || not_rented.contains(&gpu), "{name}: {gpu}");
            named += 1;
        }
    }
    assert!(named > 60, "{named}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever happens to a file on its way, it is read or refused, and a refusal is short.
    #[test]
    fn a_damaged_file_is_read_or_refused(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_u8..5, any::<u8>()), 1..6),
    ) {
        let mut content = TWO_MONTHS.as_bytes().to_vec();
        for (at, to, what, byte) in cuts {
            let (at, to) = (at.index(content.len().max(1)), to.index(content.len().max(1)));
            let (from, to) = (at.min(to), at.max(to));
            match what {
                0 => content.truncate(to),
                1 => drop(content.drain(from..to.min(from + 40))),
                2 => content.insert(from, byte),
                3 => content.splice(from..from, *b"\"").for_each(drop),
                _ if from < content.len() => content[from] = byte,
                _ => {}
            }
            if content.is_empty() {
                break;
            }
        }
        match read(&content) {
            Ok(audit) => {
                for ledger in &audit.ledgers {
                    let sum: Amount = ledger.entries.iter().map(|entry| entry.sum.billed).sum();
                    prop_assert_eq!(sum, ledger.billed);
                }
            }
            Err(error) => prop_assert!(error.len() < 3000, "{}", error),
        }
    }
}
