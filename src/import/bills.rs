//! Bills: what was really spent on training and on inference, from FOCUS exports and OpenCost allocations.

mod amount;
mod charge;
mod columns;
#[cfg(feature = "tui")]
mod fill;
mod growing;
mod ledger;
mod machines;
mod moment;
#[cfg(feature = "parquet")]
mod parquet;
mod pattern;
mod read;
mod rules;
mod spent;
mod unit;

use csv::ByteRecord;

pub use amount::Amount;
pub use charge::Kind;
pub use columns::Format;
pub use ledger::{CostBasis, Entry, Group, Ledger, Sum};
pub use moment::Moment;
pub use read::BillError;
pub use rules::{Class, Rules, shipped};
pub use spent::Spending;

use charge::Charge;
use growing::Ledgers;
use read::Bill;

/// A bill that was read.
#[derive(Debug, Clone)]
pub struct Audit {
    pub format: Format,
    /// Its lines, the header aside.
    pub lines: u64,
    /// What they add up to in each currency, that with the most lines first.
    pub ledgers: Vec<Ledger>,
}

/// Reads a bill, a file or `-` for standard input, and says of each line what it was paid for.
///
/// # Errors
///
/// [`BillError`] where it cannot be read, at the first line that is wrong.
pub fn audit(name: &str, rules: &Rules) -> Result<Audit, BillError> {
    audited(Bill::open(name)?, rules)
}

fn audited(mut bill: Bill, rules: &Rules) -> Result<Audit, BillError> {
    let mut ledgers = Ledgers::new(rules);
    let mut record = ByteRecord::new();
    let mut lines = 0;
    while bill.next(&mut record)? {
        lines += 1;
        let line = bill.line(&record);
        let mut many = Ok(());
        Charge::read(&record, &bill, |charge| {
            if let Err(error) = ledgers.add(charge, line) {
                many = Err(error);
            }
        })?;
        if many.is_err() {
            let column = bill.columns.at(columns::Field::Currency).unwrap_or(0);
            let message = "there are more currencies than a bill has".to_owned();
            return Err(bill.error(&record, column, message, None).into());
        }
    }
    Ok(Audit { format: bill.columns.format, lines, ledgers: ledgers.finish() })
}
